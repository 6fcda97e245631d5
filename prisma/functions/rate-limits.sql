-- Functions of rate-limits: calls that are counted over a minute. To change one, see README.md beside this file.

-- Whose calls are counted together: the viewer's or, without one, an address's. Of an address only its hash is kept.
create or replace function hit_bucket(action text, client text) returns text
  language sql stable
  begin atomic
    select json_build_array(action, coalesce(
             nullif(current_setting('app.user_id', true), ''),
             'anonymous ' || encode(sha256(convert_to(client, 'UTF8')), 'hex')))::text;
  end;

-- Counts calls of an action, so many at once. Gives the calls of the period, oldest first, the new ones last. The row is
-- locked before it is read, so the calls of one bucket come one after the other, in all transactions of all processes.
-- Call it in a transaction of its own: its commit does not wait for the disk. A server that dies forgets the calls of its
-- last moment, at most.
create or replace function reserve_hits(action text, client text, times int, period interval) returns timestamptz[]
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    insert into public.rate_limit_buckets as present (bucket, hits)
    select public.hit_bucket(action, client), array_fill(clock_timestamp(), array[times])
        on conflict (bucket) do update
       set hits = array(select hit from unnest(present.hits) as hit where hit > excluded.hits[1] - period order by hit)
                  || excluded.hits
    returning hits;
  end;
grant execute on function reserve_hits(text, text, int, interval) to connections_app;

-- Takes back so many calls of one moment: who was refused has not used anything, and other calls stay what they are.
-- In a transaction of its own, as reserve_hits.
create or replace function return_hits(action text, client text, moment timestamptz, times int) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    update public.rate_limit_buckets as present
       set hits = array(select hit
                          from (select hit, place, row_number() over (partition by hit order by place) as nth
                                  from unnest(present.hits) with ordinality as each (hit, place)) as numbered
                         where hit <> moment or nth > times
                         order by place)
     where bucket = public.hit_bucket(action, client);
  end;
grant execute on function return_hits(text, text, timestamptz, int) to connections_app;

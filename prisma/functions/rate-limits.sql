-- Functions of rate-limits: calls that are counted over a minute. To change one, see README.md
-- beside this file.

-- Whose calls are counted together: the viewer's or, without one, an address's. Of an address only
-- its hash is kept.
create or replace function hit_bucket(action text, client text) returns text
  language sql stable
  begin atomic
    select json_build_array(action, coalesce(
             nullif(current_setting('app.user_id', true), ''),
             'anonymous ' || encode(sha256(convert_to(client, 'UTF8')), 'hex')))::text;
  end;

-- How often somebody may call a field in any period: a person, or the anonymous of one address.
-- These are the numbers of src/limits.ts, which a test holds to be alike: who calls the functions
-- below cannot bring numbers of their own.
create or replace function rate_limit(action text, caller text) returns table (most int, period interval)
  language sql immutable
  begin atomic
    select allowed.most, allowed.period
      from (values
        ('addContact', 'viewer', 120, interval '1 minute'),
        ('followUser', 'viewer', 240, interval '1 minute'),
        ('requestFriend', 'viewer', 120, interval '1 minute'),
        ('upgradeFriendship', 'viewer', 240, interval '1 minute'),
        ('createContactLink', 'viewer', 30, interval '1 minute'),
        ('consumeContactLink', 'viewer', 60, interval '1 minute'),
        ('updatePrivacySettings', 'viewer', 60, interval '1 minute'),
        ('claimUsername', 'viewer', 30, interval '1 minute'),
        ('updateProfile', 'viewer', 60, interval '1 minute'),
        ('dismissSuggestion', 'viewer', 120, interval '1 minute'),
        ('restoreSuggestion', 'viewer', 120, interval '1 minute'),
        ('recordSuggestionsShown', 'viewer', 120, interval '1 minute'),
        ('userByUsername', 'viewer', 100, interval '1 minute'),
        ('userByUsername', 'anonymous', 20, interval '1 minute'),
        ('usernameAvailability', 'viewer', 100, interval '1 minute'),
        ('usernameAvailability', 'anonymous', 20, interval '1 minute'),
        ('searchUsers', 'viewer', 100, interval '1 minute'),
        ('searchUsers', 'anonymous', 20, interval '1 minute'),
        ('contactLinkPreview', 'viewer', 100, interval '1 minute'),
        ('contactLinkPreview', 'anonymous', 20, interval '1 minute')) as allowed (field, caller, most, period)
     where allowed.field = rate_limit.action and allowed.caller = rate_limit.caller;
  end;

-- The limit that holds for whoever asks.
create or replace function own_rate_limit(action text) returns table (most int, period interval)
  language sql stable
  begin atomic
    select allowed.most, allowed.period
      from public.rate_limit(action, case when nullif(current_setting('app.user_id', true), '') is null
                                          then 'anonymous' else 'viewer' end) as allowed;
  end;

-- Counts calls of a field that has a limit, so many at once and no more than a document has fields.
-- Gives the calls of the period, oldest first, the new ones last. The row is locked before it is
-- read, so the calls of one bucket come one after the other, in all transactions of all processes.
-- Call it in a transaction of its own: its commit does not wait for the disk. A server that dies
-- forgets the calls of its last moment, at most.
create or replace function reserve_hits(action text, client text, times int) returns timestamptz[]
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    insert into public.rate_limit_buckets as present (bucket, hits)
    select public.hit_bucket(action, client), array_fill(clock_timestamp(), array[least(times, 1000)])
      from public.own_rate_limit(action)
        on conflict (bucket) do update
       set hits = array(select hit
                          from unnest(present.hits) as hit
                         where hit > excluded.hits[1] - (select period from public.own_rate_limit(action))
                         order by hit)
                  || excluded.hits
    returning hits;
  end;
grant execute on function reserve_hits(text, text, int) to connections_app;

-- Takes back so many calls of one moment, of those that are beyond the limit: who was refused has
-- not used anything, and other calls stay what they are. In a transaction of its own, as
-- reserve_hits.
create or replace function return_hits(action text, client text, moment timestamptz, times int) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    update public.rate_limit_buckets as present
       set hits = array(select hit
                          from (select hit, place, row_number() over (partition by hit order by place) as nth
                                  from unnest(present.hits) with ordinality as each (hit, place)) as numbered
                         where hit <> moment or nth > least(times, cardinality(present.hits) - allowed.most)
                         order by place)
      from public.own_rate_limit(action) as allowed
     where bucket = public.hit_bucket(action, client);
  end;
grant execute on function return_hits(text, text, timestamptz, int) to connections_app;

-- Functions of the worker: what it recounts, and what is told of it. To change one, see README.md
-- beside this file.

-- Compares the counters of so many people, after this id, with their follows, and corrects those
-- that are wrong. Nobody waits for it: counters and follows of one moment belong together, so what
-- is missing in a counter is added to whatever it has become by then. Two at once would add it
-- twice: the worker holds the task's row.
create or replace function recount_follows(after_id uuid, people int) returns table (last_id uuid, corrected int)
  language sql volatile rows 1
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with person as materialized (
      select id from public.users where id > after_id order by id limit people
    ), counted as materialized (
      select person.id, counters.user_id is not null as is_kept,
             (select count(*)::int from public.user_follows where target_user_id = person.id)
               - coalesce(counters.followers, 0) as followers,
             (select count(*)::int from public.user_follows where follower_user_id = person.id)
               - coalesce(counters.following, 0) as following
        from person
        left join public.user_counters as counters on counters.user_id = person.id
    ), mended as (
      update public.user_counters as counters
         set followers = counters.followers + counted.followers, following = counters.following + counted.following
        from counted
       where counted.id = counters.user_id and counted.is_kept and (counted.followers <> 0 or counted.following <> 0)
   returning 1
    ), added as (
      insert into public.user_counters (user_id, followers, following)
      select id, followers, following from counted where not is_kept and (followers <> 0 or following <> 0)
          on conflict do nothing
   returning 1
    )
    select (select id from person order by id desc limit 1),
           ((select count(*) from mended) + (select count(*) from added))::int;
  end;
grant execute on function recount_follows(uuid, int) to connections_worker;

-- What waits for the worker, and when one was seen last; counted up to 100,000. `oldest_seconds` is
-- the age of the oldest event that is due and not dispatched, 0 if there is none; `seen_seconds` is
-- null where no worker has ever run.
create or replace function event_backlog()
  returns table (waiting int, oldest_seconds float8, pending int, dead int, enabled int, disabled int,
                 workers int, seen_seconds float8)
  language sql stable rows 1
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select (select count(*)::int
              from (select from public.outbox
                     where dispatch_number is null and due_at <= statement_timestamp() limit 100000) as waiting),
           coalesce((select greatest(0, extract(epoch from statement_timestamp() - due_at))::float8
                       from public.outbox
                      where dispatch_number is null and due_at <= statement_timestamp()
                      order by due_at limit 1), 0),
           (select count(*)::int
              from (select from public.webhook_deliveries where state = 'pending' limit 100000) as pending),
           (select count(*)::int
              from (select from public.webhook_deliveries where state = 'dead' limit 100000) as dead),
           (select count(*)::int from public.webhook_endpoints where state = 'enabled'),
           (select count(*)::int from public.webhook_endpoints where state = 'disabled'),
           (select count(*)::int from public.workers where seen_at > statement_timestamp() - interval '1 minute'),
           (select greatest(0, extract(epoch from statement_timestamp() - seen_at))::float8
              from public.workers order by seen_at desc limit 1);
  end;
grant execute on function event_backlog() to connections_service;

-- Functions of usernames: claiming and finding names. To change one, see README.md beside this
-- file.

-- An erased person's name stays held for a year, finding nobody (rule 2.3), whoever erases them.
-- Only erasing takes a username away without putting another in its place.
create or replace function hold_name_of_erased() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.username_holds (name, user_id, held_until)
      values (old.name, null, clock_timestamp() + interval '365 days')
          on conflict (name) do update set user_id = null, held_until = excluded.held_until;
      return null;
    end
  $$;

-- Gives the viewer a name: 'claimed'; 'same' when they have it, which changes nothing; 'taken' when
-- somebody else has or holds it. The name before is held for its owner. Claims of one name come one
-- after the other, and so does everything that frees one: a free look at the name would miss the
-- hold that a rename of the same moment leaves behind.
create or replace function claim_username(wanted text, held_for interval, most_held int) returns text
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      present text;
    begin
      perform pg_advisory_xact_lock(hashtextextended('cap:' || viewer, 0));
      select name into present from public.usernames where user_id = viewer;
      if present = wanted then
        return 'same';
      end if;
      perform pg_advisory_xact_lock(hashtextextended('username:' || name, 0))
         from (select name from unnest(array[present, wanted]) as name where name is not null order by name) as names;
      if exists (select from public.usernames where name = wanted)
         or exists (select from public.username_holds
                     where name = wanted and user_id is distinct from viewer and held_until > clock_timestamp()) then
        return 'taken';
      end if;
      delete from public.username_holds where name = wanted;
      insert into public.usernames (user_id, name) values (viewer, wanted)
          on conflict (user_id) do update set name = excluded.name, claimed_at = excluded.claimed_at;
      if present is not null then
        insert into public.username_holds (name, user_id, held_until)
        values (present, viewer, clock_timestamp() + held_for)
            on conflict (name) do update set user_id = excluded.user_id, held_until = excluded.held_until;
        delete from public.username_holds
         where user_id = viewer
           and name not in (select name from public.username_holds
                             where user_id = viewer
                             order by held_until desc, name
                             limit most_held);
      end if;
      return 'claimed';
    end
  $$;
grant execute on function claim_username(text, interval, int) to connections_app;

-- Who has each name, or has it held, among those whom the one who asks may see (rules 2.3, 2.5). A
-- name that nobody has is as much work as the name of somebody hidden: both tables are asked, and
-- then whether some id blocks the viewer.
create or replace function find_by_usernames(names text[]) returns table (name text, person uuid)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), found as materialized (
      select asked.name, owner.user_id is not null or hold.user_id is not null as taken,
             coalesce(owner.user_id, hold.user_id, '00000000-0000-0000-0000-000000000000') as person
        from unnest(names) as asked (name)
        left join public.usernames as owner on owner.name = asked.name
        left join public.username_holds as hold
          on hold.name = asked.name and hold.held_until > statement_timestamp() and hold.user_id is not null
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(select person from found)) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (array(select person from found))
         and (expires_at is null or expires_at > statement_timestamp())
    )
    select met.name, met.person
      from (select found.*, found.person in (select id from hidden) as is_hidden from found offset 0) as met
     where met.taken and not met.is_hidden;
  end;
grant execute on function find_by_usernames(text[]) to connections_app, connections_service;

-- Those of the candidates that the one who asks could claim now: their own name and those they hold
-- are among them.
create or replace function free_usernames(candidates text[]) returns setof text
  language sql stable rows 10
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select candidate
      from unnest(candidates) as candidate
     where not exists (select from public.usernames
                        where name = candidate and user_id is distinct from public.viewer_id())
       and not exists (select from public.username_holds
                        where name = candidate and held_until > statement_timestamp()
                          and (user_id is null or user_id is distinct from public.viewer_id()));
  end;
grant execute on function free_usernames(text[]) to connections_app, connections_service;

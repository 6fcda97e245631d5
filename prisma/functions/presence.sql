-- Functions of presence: who is here, as far as one may know (rule 10). To change one, see README.md
-- beside this file.

-- Keeps when people were last here, and on which days they were active; the first array is parallel to
-- the second, the third to the fourth, and no entry stands there twice. A moment never moves back, and
-- none lies ahead. Gives those of them who are not here: they are left out, and so is somebody who is
-- being erased at this moment. Nobody is waited for who holds a person: a row is only made for somebody
-- who can be held until then.
--
-- Rows are written in the order of ids, so that two processes cannot wait for each other in a circle.
-- Call it in a transaction of its own: its commit does not wait for the disk. A server that dies forgets
-- who was here in its last moment, at most.
create or replace function keep_activity(people uuid[], moments timestamptz[], active uuid[], days date[]) returns uuid[]
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      perform set_config('synchronous_commit', 'off', true);
      with told as materialized (
        select told.id, least(told.at, statement_timestamp()) as at,
               exists (select from public.user_presence where user_id = told.id offset 0) as is_known
          from unnest(people, moments) as told (id, at)
      ), held as materialized (
        select id from public.users
         where id in (select id from told where not is_known) order by id for key share skip locked
      )
      insert into public.user_presence as present (user_id, last_seen_at)
      select id, at from told where is_known or id in (select id from held) order by id
          on conflict (user_id) do update set last_seen_at = excluded.last_seen_at
       where present.last_seen_at < excluded.last_seen_at;
      with told as materialized (
        select told.id, told.day
          from unnest(active, days) as told (id, day)
         where not exists (select from public.activity_days where user_id = told.id and day = told.day offset 0)
      ), held as materialized (
        select id from public.users where id in (select id from told) order by id for key share skip locked
      )
      insert into public.activity_days (user_id, day)
      select id, day from told where id in (select id from held) order by id, day
          on conflict do nothing;
      return array(
        select distinct told.id
          from unnest(people || active) as told (id)
         where not exists (select from public.users where id = told.id offset 0));
    end
  $$;
grant execute on function keep_activity(uuid[], timestamptz[], uuid[], date[]) to connections_service;

-- When those of these people were last here who let the viewer know, and the viewer too; null for
-- somebody who never was. Nobody else is in the answer. Only friends can be: of everybody else nothing
-- is looked up but that they are none, whether they block the viewer or are not there.
create or replace function my_presences(people uuid[]) returns table (person uuid, last_seen_at timestamptz)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), shown as materialized (
      select friendship.friend_id as id
        from public.user_friends as friendship
       where friendship.user_id = (select id from viewer) and friendship.friend_id = any (people)
         and not exists (select from public.user_privacy_settings
                          where user_id = friendship.friend_id
                            and (presence_visibility = 'nobody'
                              or presence_visibility = 'close' and friendship.friendship_level <> 'close') offset 0)
       union all
      select id from public.users where id = (select id from viewer) and id = any (people)
    )
    select shown.id, (select last_seen_at from public.user_presence where user_id = shown.id)
      from shown;
  end;
grant execute on function my_presences(uuid[]) to connections_app;

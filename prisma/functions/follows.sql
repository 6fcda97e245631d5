-- Functions of follows: follows, their pages and counts. To change one, see README.md beside this file.

-- Whether the viewer may begin to follow a person, as far as blocks and privacy are concerned.
create or replace function may_follow(person uuid) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.is_visible(person)
       and not exists (select from public.user_privacy_settings where user_id = person and allow_follows = 'nobody');
  end;
grant execute on function may_follow(uuid) to connections_app;

-- Pages of other people's followings and followers, newest first, without whoever is hidden from the one who asks.
-- An owner who is not visible has no rows at all; one without follows has one row whose `other` is null.
create or replace function following_pages(owners uuid[], page_size int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3))
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, page.target_user_id, page.created_at
      from public.visible_users(owners) as person (id)
      left join lateral (
           select follow.target_user_id, follow.created_at
             from public.user_follows as follow
            where follow.follower_user_id = person.id
              and (follow.created_at, follow.target_user_id) < (after_at, after_id)
              and follow.target_user_id not in (select public.hidden_from(public.viewer_id()))
            order by follow.created_at desc, follow.target_user_id desc
            limit page_size
           ) as page on true;
  end;
grant execute on function following_pages(uuid[], int, timestamptz, uuid) to connections_app, connections_service;

create or replace function follower_pages(owners uuid[], page_size int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3))
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, page.follower_user_id, page.created_at
      from public.visible_users(owners) as person (id)
      left join lateral (
           select follow.follower_user_id, follow.created_at
             from public.user_follows as follow
            where follow.target_user_id = person.id
              and (follow.created_at, follow.follower_user_id) < (after_at, after_id)
              and follow.follower_user_id not in (select public.hidden_from(public.viewer_id()))
            order by follow.created_at desc, follow.follower_user_id desc
            limit page_size
           ) as page on true;
  end;
grant execute on function follower_pages(uuid[], int, timestamptz, uuid) to connections_app, connections_service;

-- What can be paged through: all of them, but for those who are hidden from the one who asks. Each hidden person is
-- looked up by key; as a join, Postgres would read all followers of somebody with a million.
create or replace function count_following(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, coalesce(counters.following, 0) - (
           select count((select 1 from public.user_follows
                          where follower_user_id = person.id and target_user_id = hidden.id))::int
             from (select distinct public.hidden_from(public.viewer_id()) as id) as hidden)
      from public.visible_users(owners) as person (id)
      left join public.user_counters as counters on counters.user_id = person.id;
  end;
grant execute on function count_following(uuid[]) to connections_app, connections_service;

create or replace function count_followers(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, coalesce(counters.followers, 0) - (
           select count((select 1 from public.user_follows
                          where follower_user_id = hidden.id and target_user_id = person.id))::int
             from (select distinct public.hidden_from(public.viewer_id()) as id) as hidden)
      from public.visible_users(owners) as person (id)
      left join public.user_counters as counters on counters.user_id = person.id;
  end;
grant execute on function count_followers(uuid[]) to connections_app, connections_service;

-- Keeps the counters of both sides of a follow. The smaller id's comes first, so that no two changes of pairs wait for each
-- other in a circle.
create or replace function count_new_follow() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.user_counters as counters (user_id, followers, following)
      select side.id, side.followers, side.following
        from (values (new.target_user_id, 1, 0), (new.follower_user_id, 0, 1)) as side (id, followers, following)
       order by side.id
          on conflict (user_id) do update
         set followers = counters.followers + excluded.followers, following = counters.following + excluded.following;
      return null;
    end
  $$;

-- A person who is being erased has no counters any more, and gets none.
create or replace function count_ended_follow() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if old.target_user_id < old.follower_user_id then
        update public.user_counters set followers = followers - 1 where user_id = old.target_user_id;
        update public.user_counters set following = following - 1 where user_id = old.follower_user_id;
      else
        update public.user_counters set following = following - 1 where user_id = old.follower_user_id;
        update public.user_counters set followers = followers - 1 where user_id = old.target_user_id;
      end if;
      return null;
    end
  $$;

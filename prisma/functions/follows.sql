-- Functions of follows: follows, their pages and counts. To change one, see README.md beside this
-- file.

-- Whether the viewer may begin to follow a person, as far as blocks and privacy are concerned.
create or replace function may_follow(person uuid) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.is_visible(person)
       and not exists (select from public.user_privacy_settings where user_id = person and allow_follows = 'nobody');
  end;
grant execute on function may_follow(uuid) to connections_app;

-- Pages of people's followings and followers, newest first, without whoever is hidden from the
-- viewer. An owner who is not visible has no rows at all; one of whom nothing is shown has one row
-- whose `other` is null.
--
-- So many candidates of each list are looked at whether anybody of them is hidden or not, and no
-- more: when they do not fill the page and there are more, `stop_at` and `stop_id` say where to go
-- on. That place is no person's: between the last one that was looked at and the next.
create or replace function following_pages(owners uuid[], page_size int, candidates int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3), stop_at timestamptz(3), stop_id uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), owner as materialized (
      select public.visible_users(owners) as id
    ), candidate as materialized (
      select owner.id as owner, follow.other, follow.since, follow.place
        from owner
       cross join lateral (
             select target_user_id as other, created_at as since,
                    row_number() over (order by created_at desc, target_user_id desc) as place
               from public.user_follows
              where follower_user_id = owner.id and (created_at, target_user_id) < (after_at, after_id)
              order by created_at desc, target_user_id desc
              limit candidates + 1) as follow
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(select other from candidate)) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (array(select other from candidate))
         and (expires_at is null or expires_at > statement_timestamp())
    ), shown as materialized (
      select candidate.*, row_number() over (partition by candidate.owner order by candidate.place) as rank
        from candidate
       where candidate.place <= candidates and candidate.other not in (select id from hidden)
    ), stop as materialized (
      select last.owner, last.since as at,
             case when last.since > next.since then '00000000-0000-0000-0000-000000000000'
                  else public.between_ids(last.other, next.other) end as id
        from candidate as last
        join candidate as next on next.owner = last.owner and next.place = last.place + 1
       where last.place = candidates
         and (select count(*) from shown where shown.owner = last.owner) < page_size
    )
    select owner.id, page.other, page.since, stop.at, stop.id
      from owner
      left join shown as page on page.owner = owner.id and page.rank <= page_size
      left join stop on stop.owner = owner.id;
  end;
grant execute on function following_pages(uuid[], int, int, timestamptz, uuid) to connections_app, connections_service;

create or replace function follower_pages(owners uuid[], page_size int, candidates int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3), stop_at timestamptz(3), stop_id uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), owner as materialized (
      select public.visible_users(owners) as id
    ), candidate as materialized (
      select owner.id as owner, follow.other, follow.since, follow.place
        from owner
       cross join lateral (
             select follower_user_id as other, created_at as since,
                    row_number() over (order by created_at desc, follower_user_id desc) as place
               from public.user_follows
              where target_user_id = owner.id and (created_at, follower_user_id) < (after_at, after_id)
              order by created_at desc, follower_user_id desc
              limit candidates + 1) as follow
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(select other from candidate)) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (array(select other from candidate))
         and (expires_at is null or expires_at > statement_timestamp())
    ), shown as materialized (
      select candidate.*, row_number() over (partition by candidate.owner order by candidate.place) as rank
        from candidate
       where candidate.place <= candidates and candidate.other not in (select id from hidden)
    ), stop as materialized (
      select last.owner, last.since as at,
             case when last.since > next.since then '00000000-0000-0000-0000-000000000000'
                  else public.between_ids(last.other, next.other) end as id
        from candidate as last
        join candidate as next on next.owner = last.owner and next.place = last.place + 1
       where last.place = candidates
         and (select count(*) from shown where shown.owner = last.owner) < page_size
    )
    select owner.id, page.other, page.since, stop.at, stop.id
      from owner
      left join shown as page on page.owner = owner.id and page.rank <= page_size
      left join stop on stop.owner = owner.id;
  end;
grant execute on function follower_pages(uuid[], int, int, timestamptz, uuid) to connections_app, connections_service;

-- How many can be paged through, exact up to 1,000 (rule 5.3). Which it is, exact or rounded, is
-- decided by the stored counter alone, which is the same for every viewer. An exact count asks of
-- each one who is counted whether they are hidden, in one go for all owners, so that it is the same
-- work for every viewer. It reads the lists twice, which is less work than to keep them.
create or replace function count_following(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), owner as materialized (
      select person.id, coalesce(counters.following, 0) as stored
        from public.visible_users(owners) as person (id)
        left join public.user_counters as counters on counters.user_id = person.id
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(
               select follow.id
                 from owner
                cross join lateral (
                      select target_user_id as id from public.user_follows
                       where follower_user_id = owner.id and owner.stored <= 1000
                       limit 1000) as follow))
         and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
    )
    select owner.id,
           case when owner.stored > 1000
                then owner.stored - owner.stored % (10 ^ (length(owner.stored::text) - 2))::int
                else (select count(*)::int
                        from public.user_follows
                       where follower_user_id = owner.id and (target_user_id in (select id from hidden)) is not true) end
      from owner;
  end;
grant execute on function count_following(uuid[]) to connections_app, connections_service;

create or replace function count_followers(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), owner as materialized (
      select person.id, coalesce(counters.followers, 0) as stored
        from public.visible_users(owners) as person (id)
        left join public.user_counters as counters on counters.user_id = person.id
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(
               select follow.id
                 from owner
                cross join lateral (
                      select follower_user_id as id from public.user_follows
                       where target_user_id = owner.id and owner.stored <= 1000
                       limit 1000) as follow))
         and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
    )
    select owner.id,
           case when owner.stored > 1000
                then owner.stored - owner.stored % (10 ^ (length(owner.stored::text) - 2))::int
                else (select count(*)::int
                        from public.user_follows
                       where target_user_id = owner.id and (follower_user_id in (select id from hidden)) is not true) end
      from owner;
  end;
grant execute on function count_followers(uuid[]) to connections_app, connections_service;

-- Keeps the counters of both sides of a follow. The smaller id's comes first, so that no two
-- changes of pairs wait for each other in a circle.
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

-- A person who is being erased has no counters any more, and gets none. A counter that is too small
-- already keeps nobody from ending a follow (rule 0.6): the worker recounts it.
create or replace function count_ended_follow() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if old.target_user_id < old.follower_user_id then
        update public.user_counters set followers = greatest(followers - 1, 0) where user_id = old.target_user_id;
        update public.user_counters set following = greatest(following - 1, 0) where user_id = old.follower_user_id;
      else
        update public.user_counters set following = greatest(following - 1, 0) where user_id = old.follower_user_id;
        update public.user_counters set followers = greatest(followers - 1, 0) where user_id = old.target_user_id;
      end if;
      return null;
    end
  $$;

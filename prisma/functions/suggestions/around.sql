-- Who is found for a person where nobody else is (rule 11.2).

-- People who have nothing to do with a person but, perhaps, the place: for a page that would not be
-- full otherwise. At most 50, first of the city, then of the region, then any, in the order of ids
-- from the pivot of the day. Of any people, 500 are walked past in search of some who want to be
-- found and whom the person neither knows nor has asked or dismissed.
create or replace function people_around(base uuid, day int) returns table (candidate uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  begin atomic
    with own as materialized (
      select lower(profile.city) as city, lower(profile.region) as region
        from public.user_profiles as profile where profile.user_id = base
    )
    select distinct near.id
      from (select walked.id
              from (
                    (select walk.id
                       from (select public.daily_pivot(base, 'city', day,
                                      (select user_id from public.user_profiles
                                        where city is not null and lower(city) = (select own.city from own) order by user_id limit 1),
                                      (select user_id from public.user_profiles
                                        where city is not null and lower(city) = (select own.city from own) order by user_id desc limit 1)) as id offset 0) as pivot
                      cross join lateral (
                            (select user_id as id from public.user_profiles
                              where city is not null and lower(city) = (select own.city from own) and user_id >= pivot.id
                              order by user_id limit 40)
                             union all
                            (select user_id from public.user_profiles
                              where city is not null and lower(city) = (select own.city from own) and user_id < pivot.id
                              order by user_id limit 40)
                             limit 40) as walk)
                      union all
                    (select walk.id
                       from (select public.daily_pivot(base, 'region', day,
                                      (select user_id from public.user_profiles
                                        where region is not null and lower(region) = (select own.region from own) order by user_id limit 1),
                                      (select user_id from public.user_profiles
                                        where region is not null and lower(region) = (select own.region from own) order by user_id desc limit 1)) as id offset 0) as pivot
                      cross join lateral (
                            (select user_id as id from public.user_profiles
                              where region is not null and lower(region) = (select own.region from own) and user_id >= pivot.id
                              order by user_id limit 40)
                             union all
                            (select user_id from public.user_profiles
                              where region is not null and lower(region) = (select own.region from own) and user_id < pivot.id
                              order by user_id limit 40)
                             limit 40) as walk)
                      union all
                    (select walk.id
                       from (select public.daily_pivot(base, 'users', day,
                                      (select users.id from public.users
                                        order by users.id limit 1),
                                      (select users.id from public.users
                                        order by users.id desc limit 1)) as id offset 0) as pivot
                      cross join lateral (
                            (select users.id as id from public.users
                              where users.id >= pivot.id
                              order by users.id limit 500)
                             union all
                            (select users.id from public.users
                              where users.id < pivot.id
                              order by users.id limit 500)
                             limit 500) as walk)
                   ) as walked
             where walked.id <> base
               and not exists (select from public.user_privacy_settings
                                where user_id = walked.id and not discoverable offset 0)
               and not exists (select from public.suggestion_dismissals
                                where user_id = base and other_user_id = walked.id
                                  and created_at > statement_timestamp() - make_interval(days => public.feedback_days()) offset 0)
               and not exists (select from public.user_friends
                                where user_id = base and friend_id = walked.id offset 0)
               and not exists (select from public.user_follows
                                where follower_user_id = base and target_user_id = walked.id offset 0)
               and not exists (select from public.user_contacts
                                where owner_user_id = base and contact_user_id = walked.id offset 0)
               and not exists (select from public.user_friend_requests
                                where requester_user_id = base and target_user_id = walked.id
                                  and status in ('pending', 'rejected') and expires_at > statement_timestamp() offset 0)
               and not exists (select from public.user_friend_requests
                                where requester_user_id = walked.id and target_user_id = base
                                  and status in ('pending', 'rejected') and expires_at > statement_timestamp() offset 0)
             limit 50) as near;
  end;

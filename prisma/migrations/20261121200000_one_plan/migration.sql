-- What a person shows, without asking `users`: names and profiles are only there for people who are. The answer for somebody
-- who is not there, or hides from the one who asks, has no name and no profile, as before.
grant create on schema public to connections_facts;
set role connections_facts;
create or replace function cards(people uuid[])
  returns table (person uuid, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                 region text, sport_preferences text[])
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select person.id, owner.name, profile.user_id is not null, profile.display_name, profile.avatar_url, profile.bio,
           profile.city, profile.region, profile.sport_preferences
      from unnest(people) as person (id)
      left join public.usernames as owner on owner.user_id = person.id
      left join public.user_profiles as profile on profile.user_id = person.id
     where person.id not in (
             select blocked_user_id from public.user_blocks
              where blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid
                and (expires_at is null or expires_at > statement_timestamp())
              union all
             select blocker_user_id from public.user_blocks
              where blocked_user_id = nullif(current_setting('app.user_id', true), '')::uuid
                and (expires_at is null or expires_at > statement_timestamp()))
  $$;

-- One plan for any number of people. Postgres takes ten for a list whose length it does not know, finds fewer to be cheaper,
-- and so plans anew each time that there is one: three times what the look-up itself costs. Every table here is
-- looked up by its key, and there is no better plan to be found for few.
alter function cards(uuid[]) set plan_cache_mode = force_generic_plan;
alter function my_standings(uuid[]) set plan_cache_mode = force_generic_plan;
alter function standings(uuid[], uuid[]) set plan_cache_mode = force_generic_plan;
alter function visible_users(uuid[]) set plan_cache_mode = force_generic_plan;
alter function count_followers(uuid[]) set plan_cache_mode = force_generic_plan;
alter function count_following(uuid[]) set plan_cache_mode = force_generic_plan;
alter function count_mutual_friends(uuid[]) set plan_cache_mode = force_generic_plan;
alter function follower_pages(uuid[], int, timestamptz, uuid) set plan_cache_mode = force_generic_plan;
alter function following_pages(uuid[], int, timestamptz, uuid) set plan_cache_mode = force_generic_plan;
alter function mutual_friend_pages(uuid[], int, uuid) set plan_cache_mode = force_generic_plan;
reset role;
revoke create on schema public from connections_facts;

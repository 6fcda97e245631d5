-- Functions of profiles: public profiles. To change one, see README.md beside this file.

-- Keeps the words of a profile. The profile's row is locked by the write that fires this, so two
-- writes do not mix.
create or replace function keep_profile_words() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      delete from public.user_profile_words
       where user_id = new.user_id and word <> all (new.display_words);
      insert into public.user_profile_words (user_id, word)
      select distinct new.user_id, word from unnest(new.display_words) as word
          on conflict do nothing;
      return null;
    end
  $$;

-- What people show: username and profile. Somebody who is hidden from the viewer shows as much as
-- somebody unknown, and is looked up as somebody unknown: under an id that nobody has.
create or replace function user_summaries(people uuid[])
  returns table (person uuid, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                 region text, sport_preferences text[])
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (people) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (people)
         and (expires_at is null or expires_at > statement_timestamp())
    ), asked as materialized (
      select id, case when id in (select id from hidden) then '00000000-0000-0000-0000-000000000000' else id end as shown
        from unnest(people) as person (id)
    )
    select asked.id, owner.name, profile.user_id is not null, profile.display_name, profile.avatar_url, profile.bio,
           profile.city, profile.region, profile.sport_preferences
      from asked
      left join public.usernames as owner on owner.user_id = asked.shown
      left join public.user_profiles as profile on profile.user_id = asked.shown;
  end;
grant execute on function user_summaries(uuid[]) to connections_app, connections_service;

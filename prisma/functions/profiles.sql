-- Functions of profiles: public profiles. To change one, see README.md beside this file.

-- Keeps the words of a profile. The profile's row is locked by the write that fires this, so two writes do not mix.
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

-- What a person shows: username and profile, of those whom the one who asks may see (`visible_users`, written out). It does
-- not ask `users`: names and profiles are only there for people who are. Who is not there, or hides from the one who asks,
-- has no name and no profile.
create or replace function cards(people uuid[])
  returns table (person uuid, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                 region text, sport_preferences text[])
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
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
                and (expires_at is null or expires_at > statement_timestamp()));
  end;
grant execute on function cards(uuid[]) to connections_app, connections_service;

-- Functions of users: who asks, who is here, and the import of people. To change one, see README.md
-- beside this file.

-- Who asks; null for the anonymous and for services.
create or replace function viewer_id() returns uuid
  language sql stable
  begin atomic
    select nullif(current_setting('app.user_id', true), '')::uuid;
  end;

-- Registers those of the people who are not here yet, and gives those who are here then. They stay
-- until the transaction ends: whoever erases one of them waits for it. In order, so that two who
-- call it cannot wait for each other.
create or replace function hold_people(people uuid[]) returns setof uuid
  language plpgsql rows 1000
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.users (id)
      select distinct person from unnest(people) as person order by person
          on conflict do nothing;
      return query
        select id from public.users where id = any (people) order by id for key share;
    end
  $$;
grant execute on function hold_people(uuid[]) to connections_service;

-- Imports people, each id and each name at most once in one call, and says for each what it did.
-- Whoever is here already keeps what they have: an import gives a name to people without one, and a
-- profile to people who have said nothing, so that a second run changes nothing, whatever people
-- have changed since. Names are locked in one order, as claim_username does. `people` is an array
-- of objects: id, username (canonical, or null), profile (an object, or null).
create or replace function import_people(people jsonb)
  returns table (place int, added boolean, username text, introduced boolean)
  language plpgsql rows 1000
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      perform pg_advisory_xact_lock(hashtextextended('username:' || name, 0))
         from (select distinct person ->> 'username' as name
                 from jsonb_array_elements(people) as person
                where person ->> 'username' is not null
                order by 1) as names;
      return query
        with given as materialized (
          select ordinality::int as place, (person ->> 'id')::uuid as id, person ->> 'username' as name,
                 person -> 'profile' as profile
            from jsonb_array_elements(people) with ordinality as element (person, ordinality)
        ), arrived as (
          insert into public.users (id)
          select id from given order by id
              on conflict do nothing
          returning id
        ), introduced as (
          insert into public.user_profiles (user_id, display_name, display_words, avatar_url, bio, city, region, sport_preferences)
          select given.id, said.display_name, coalesce(said.display_words, '{}'), said.avatar_url, said.bio, said.city,
                 said.region, coalesce(said.sport_preferences, '{}')
            from given,
                 jsonb_to_record(given.profile) as said (display_name text, display_words text[], avatar_url text, bio text,
                                                         city text, region text, sport_preferences text[])
           where jsonb_typeof(given.profile) = 'object'
           order by given.id
              on conflict do nothing
          returning user_id
        ), named as (
          insert into public.usernames (user_id, name)
          select given.id, given.name
            from given
           where given.name is not null
             and not exists (select from public.usernames as theirs where theirs.name = given.name)
             and not exists (select from public.username_holds as hold
                              where hold.name = given.name and hold.held_until > clock_timestamp()
                                and hold.user_id is distinct from given.id)
           order by given.id
              on conflict (user_id) do nothing
          returning user_id
        )
        select given.place,
               given.id in (select id from arrived),
               case
                 when given.name is null then null
                 when given.id in (select user_id from named) then 'given'
                 when exists (select from public.usernames as own where own.user_id = given.id) then 'kept'
                 else 'taken'
               end,
               given.id in (select user_id from introduced)
          from given
         order by given.place;
    end
  $$;
grant execute on function import_people(jsonb) to connections_service;

-- All functions, word by word as prisma/functions has them. `npm run functions` copies them.

grant create on schema public to connections_facts; -- only whoever may create there can own a function
set role connections_facts;

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

-- Functions of pairs: what two people are to each other, and whom one may see. To change one, see
-- README.md beside this file.

-- Some place in a list by id between two neighbours of it, that names neither: to go on from where
-- nobody may be named.
create or replace function between_ids(last uuid, next uuid) returns uuid
  language sql immutable
  begin atomic
    select rpad(left(name.last, digit.place), 32, case when last > next then '0' else 'f' end)::uuid
      from (values (replace(last::text, '-', ''), replace(next::text, '-', ''))) as name (last, next)
     cross join lateral (
           select min(place) as place
             from generate_series(1, 32) as place
            where substr(name.last, place, 1) <> substr(name.next, place, 1)) as digit;
  end;
grant execute on function between_ids(uuid, uuid) to connections_app, connections_service;

-- Which of the candidates the viewer may see (rule 0.4). The anonymous and services see everybody.
-- A definer function, because the answer depends on rows that its caller must never read.
--
-- Here and in every function that hides people: only the blocks of the candidates are looked up,
-- never all blocks of the viewer, so that the work is the same for a viewer whom nobody blocks and
-- for one whom 300,000 block (rule 0.9). Blocks *of* the viewer are looked up in the primary key by
-- (candidate, viewer): where in that index a search ends is decided by the candidates, not by how
-- many block the viewer. The viewer's own blocks are few (rule 8.3). And all of it is done for a
-- candidate who is not there too: nothing is skipped because something else was not found, and
-- somebody who is hidden is looked up under an id that nobody can have.
create or replace function visible_users(candidates uuid[]) returns setof uuid
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (candidates) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (candidates)
         and (expires_at is null or expires_at > statement_timestamp())
    )
    select person.id
      from (select case when id in (select id from hidden) then '00000000-0000-0000-0000-000000000000' else id end as id
              from unnest(candidates) as candidate (id) offset 0) as shown
      join public.users as person on person.id = shown.id;
  end;
grant execute on function visible_users(uuid[]) to connections_app, connections_service;

-- The same of one.
create or replace function is_visible(person uuid) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select exists (select from public.visible_users(array[person]));
  end;
grant execute on function is_visible(uuid) to connections_app, connections_service;

-- Which of these people share a friend whom all three show (rule 7.4), both ways round. Each person
-- is a bit, and each friend of several has the bits of those people, so that the work grows with
-- the people and their friends, and not with the pairs.
create or replace function sharing_within(people uuid[]) returns table (actor uuid, other uuid)
  language sql stable rows 1000
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with person as materialized (
      select numbered.id, numbered.place,
             set_bit(repeat('0', numbered.many)::bit varying, numbered.place, 1) as bits
        from (select given.id, (row_number() over ())::int - 1 as place, (count(*) over ())::int as many
                from (select distinct unnest(people) as id) as given) as numbered
       where not exists (select from public.user_privacy_settings
                          where user_id = numbered.id and not show_in_mutual_friends offset 0)
    ), shared as materialized (
      select friendship.friend_id as id, bit_or(person.bits) as bits
        from person
        join public.user_friends as friendship on friendship.user_id = person.id
       group by friendship.friend_id
      having count(*) > 1
    ), circle as materialized (
      select distinct shared.bits
        from shared
       where not exists (select from public.user_privacy_settings
                          where user_id = shared.id and not show_in_mutual_friends offset 0)
    ), reached as materialized (
      select person.id, bit_or(circle.bits) as bits
        from person
        join circle on get_bit(circle.bits, person.place) = 1
       group by person.id
    )
    select reached.id, person.id
      from reached
      join person on get_bit(reached.bits, person.place) = 1
     where reached.id <> person.id;
  end;

-- How each actor stands to the other of the same place (`pair_state`, in the migrations, says what
-- that is). Open requests are pending or declined, and not expired. What privacy asks for is only
-- looked up where the answer matters: pair by pair or, where the pairs are those of one group
-- (`within`), for the whole group at once.
create or replace function pair_states(actors uuid[], others uuid[], within boolean default false) returns setof pair_state
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with sharing as materialized (
      select actor, other from public.sharing_within(actors)
    )
    select pair.place::int, pair.actor, pair.other,
           exists (select from public.users where id = pair.actor)
             and exists (select from public.users where id = pair.other)
             and not exists (select from public.user_blocks
                              where blocker_user_id = pair.other and blocked_user_id = pair.actor
                                and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.actor and blocked_user_id = pair.other
                      and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_contacts
                    where owner_user_id = pair.actor and contact_user_id = pair.other),
           exists (select from public.user_follows
                    where follower_user_id = pair.actor and target_user_id = pair.other),
           exists (select from public.user_follows
                    where follower_user_id = pair.other and target_user_id = pair.actor),
           friendship.friendship_level, friendship.created_at,
           requests.outgoing_friend, requests.outgoing_close, requests.incoming_friend, requests.incoming_close,
           coalesce(requests.incoming_friend_declined, false), coalesce(requests.incoming_close_declined, false),
           coalesce(settings.allow_follows, 'everyone'), coalesce(settings.allow_friend_requests, 'everyone'),
           coalesce(settings.allow_messages, 'everyone'),
           -- By `case`: an `and` whose left side is null would look all the same.
           case when settings.allow_friend_requests = 'friends_of_friends' then
             -- As mutual friends are shown (rule 7.4): if one of the three hides it, nobody hears
             -- of the friendship here.
             case when within then (pair.actor, pair.other) in (select actor, other from sharing) else
               settings.show_in_mutual_friends
               and not exists (
                 select from public.user_privacy_settings as own
                  where own.user_id = pair.actor and not own.show_in_mutual_friends)
               and exists (
                 select from public.user_friends as mine
                   join public.user_friends as theirs
                     on theirs.user_id = pair.other and theirs.friend_id = mine.friend_id
                  where mine.user_id = pair.actor
                    and not exists (
                      select from public.user_privacy_settings as shared
                       where shared.user_id = mine.friend_id and not shared.show_in_mutual_friends)) end else false end,
           case when settings.allow_friend_requests <> 'everyone' then exists (
             select from public.contact_link_uses as used
               join public.contact_links as link on link.id = used.link_id
              where used.user_id = pair.actor and used.maker_user_id = pair.other
                and link.revoked_at is null) else false end
      from unnest(actors, others) with ordinality as pair (actor, other, place)
      left join public.user_friends as friendship
        on friendship.user_id = pair.actor and friendship.friend_id = pair.other
      left join public.user_privacy_settings as settings on settings.user_id = pair.other
     cross join lateral (
           select (array_agg(open.id) filter (where open.outgoing and open.level = 'friend'))[1] as outgoing_friend,
                  (array_agg(open.id) filter (where open.outgoing and open.level = 'close'))[1] as outgoing_close,
                  (array_agg(open.id) filter (where not open.outgoing and open.level = 'friend'))[1] as incoming_friend,
                  (array_agg(open.id) filter (where not open.outgoing and open.level = 'close'))[1] as incoming_close,
                  bool_or(open.declined) filter (where not open.outgoing and open.level = 'friend')
                    as incoming_friend_declined,
                  bool_or(open.declined) filter (where not open.outgoing and open.level = 'close')
                    as incoming_close_declined
             from (select id, friendship_level as level, true as outgoing, status = 'rejected' as declined
                     from public.user_friend_requests
                    where requester_user_id = pair.actor and target_user_id = pair.other
                      and status in ('pending', 'rejected') and expires_at > statement_timestamp()
                    union all
                   select id, friendship_level, false, status = 'rejected'
                     from public.user_friend_requests
                    where requester_user_id = pair.other and target_user_id = pair.actor
                      and status in ('pending', 'rejected') and expires_at > statement_timestamp()) as open
           ) as requests
     order by pair.place;
  end;
grant execute on function pair_states(uuid[], uuid[], boolean) to connections_service;

-- `pair_states` from the viewer to each of the others, in their order. What is asked `in (select
-- …)` is looked up once for all of them: tables in which the viewer has few rows. Where somebody
-- can have a million (follows, requests to them, who blocks them) each pair is looked up by its key
-- (`offset 0` keeps Postgres to that), so that no index is read from one end to the other.
-- Everything about somebody who blocks the viewer is looked up under an id that nobody has, which
-- is as much work as for somebody unknown.
create or replace function my_pair_states(others uuid[]) returns setof pair_state
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), blocker as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (others) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
    ), pair as materialized (
      select place, other,
             case when other in (select id from blocker) then '00000000-0000-0000-0000-000000000000' else other end as shown
        from unnest(others) with ordinality as pair (other, place)
    ), requests as materialized (
      select open.other,
             (array_agg(open.id) filter (where open.outgoing and open.level = 'friend'))[1] as outgoing_friend,
             (array_agg(open.id) filter (where open.outgoing and open.level = 'close'))[1] as outgoing_close,
             (array_agg(open.id) filter (where not open.outgoing and open.level = 'friend'))[1] as incoming_friend,
             (array_agg(open.id) filter (where not open.outgoing and open.level = 'close'))[1] as incoming_close,
             bool_or(open.declined) filter (where not open.outgoing and open.level = 'friend')
               as incoming_friend_declined,
             bool_or(open.declined) filter (where not open.outgoing and open.level = 'close')
               as incoming_close_declined
        from pair
       cross join lateral (
             select pair.other, id, friendship_level as level, true as outgoing, status = 'rejected' as declined
               from public.user_friend_requests
              where requester_user_id = (select id from viewer) and target_user_id = pair.shown
                and status in ('pending', 'rejected') and expires_at > statement_timestamp()
              union all
             select pair.other, id, friendship_level, false, status = 'rejected'
               from public.user_friend_requests
              where requester_user_id = pair.shown and target_user_id = (select id from viewer)
                and status in ('pending', 'rejected') and expires_at > statement_timestamp()) as open
       group by open.other
    )
    select pair.place::int, viewer.id, pair.other,
           exists (select from public.users where id = (select id from viewer))
             and pair.shown in (select id from public.users where id = any (others)),
           pair.other in (select blocked_user_id from public.user_blocks
                           where blocker_user_id = (select id from viewer) and blocked_user_id = any (others)
                             and (expires_at is null or expires_at > statement_timestamp())),
           pair.shown in (select contact_user_id from public.user_contacts
                           where owner_user_id = (select id from viewer) and contact_user_id = any (others)),
           exists (select from public.user_follows
                    where follower_user_id = (select id from viewer) and target_user_id = pair.shown offset 0),
           exists (select from public.user_follows
                    where follower_user_id = pair.shown and target_user_id = (select id from viewer) offset 0),
           friendship.friendship_level, friendship.created_at,
           requests.outgoing_friend, requests.outgoing_close, requests.incoming_friend, requests.incoming_close,
           coalesce(requests.incoming_friend_declined, false), coalesce(requests.incoming_close_declined, false),
           coalesce(settings.allow_follows, 'everyone'), coalesce(settings.allow_friend_requests, 'everyone'),
           coalesce(settings.allow_messages, 'everyone'),
           -- By `case`: an `and` whose left side is null would look all the same.
           case when settings.allow_friend_requests = 'friends_of_friends' then
             -- As mutual friends are shown (rule 7.4): if one of the three hides it, nobody hears
             -- of the friendship here.
             settings.show_in_mutual_friends
             and not exists (
               select from public.user_privacy_settings as own
                where own.user_id = viewer.id and not own.show_in_mutual_friends)
             and exists (
               select from public.user_friends as mine
                 join public.user_friends as theirs
                   on theirs.user_id = pair.shown and theirs.friend_id = mine.friend_id
                where mine.user_id = viewer.id
                  and not exists (
                    select from public.user_privacy_settings as shared
                     where shared.user_id = mine.friend_id and not shared.show_in_mutual_friends)) else false end,
           case when settings.allow_friend_requests <> 'everyone' then exists (
             select from public.contact_link_uses as used
               join public.contact_links as link on link.id = used.link_id
              where used.user_id = viewer.id and used.maker_user_id = pair.shown
                and link.revoked_at is null) else false end
      from viewer
     cross join pair
      left join (select friend_id, friendship_level, created_at from public.user_friends
                  where user_id = (select id from viewer) and friend_id = any (others)) as friendship
        on friendship.friend_id = pair.shown
      left join (select user_id, allow_follows, allow_friend_requests, allow_messages, show_in_mutual_friends
               from public.user_privacy_settings
                  where user_id = any (others)) as settings
        on settings.user_id = pair.shown
      left join requests on requests.other = pair.other
     where viewer.id is not null
     order by pair.place;
  end;
grant execute on function my_pair_states(uuid[]) to connections_app;

-- The part of `my_pair_states` that says what two people are to each other and not what they may
-- ask of each other: half of the cost, and all that most lists show.
create or replace function my_pair_summaries(others uuid[])
  returns table (other uuid, present boolean, blocks boolean, is_contact boolean, follows boolean,
                 followed_by boolean, friendship_level text, friends_since timestamptz)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), blocker as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (others) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
    ), pair as materialized (
      select other,
             case when other in (select id from blocker) then '00000000-0000-0000-0000-000000000000' else other end as shown
        from unnest(others) as pair (other)
    )
    select pair.other,
           exists (select from public.users where id = (select id from viewer))
             and pair.shown in (select id from public.users where id = any (others)),
           pair.other in (select blocked_user_id from public.user_blocks
                           where blocker_user_id = (select id from viewer) and blocked_user_id = any (others)
                             and (expires_at is null or expires_at > statement_timestamp())),
           pair.shown in (select contact_user_id from public.user_contacts
                           where owner_user_id = (select id from viewer) and contact_user_id = any (others)),
           exists (select from public.user_follows
                    where follower_user_id = (select id from viewer) and target_user_id = pair.shown offset 0),
           exists (select from public.user_follows
                    where follower_user_id = pair.shown and target_user_id = (select id from viewer) offset 0),
           friendship.friendship_level, friendship.created_at
      from viewer
     cross join pair
      left join (select friend_id, friendship_level, created_at from public.user_friends
                  where user_id = (select id from viewer) and friend_id = any (others)) as friendship
        on friendship.friend_id = pair.shown
     where viewer.id is not null;
  end;
grant execute on function my_pair_summaries(uuid[]) to connections_app;

-- Functions of blocks: that none stands between friends, and what the blocked was called. To change
-- one, see README.md beside this file.

-- Whoever blocks a friend ends the friendship first: the other half of refuse_blocked_friends.
create or replace function refuse_befriended_block() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if exists (select from public.user_friends
                  where user_id = new.blocker_user_id and friend_id = new.blocked_user_id) then
        raise exception 'The two are friends.'
          using errcode = 'check_violation', constraint = 'no_friendship_across_a_block';
      end if;
      return new;
    end
  $$;

-- Keeps with a new block what the blocked is called, as the blocker sees it at this moment (rule
-- 8.7): nothing of somebody who blocks them in turn, who is looked up as somebody unknown, under an
-- id that nobody has. Nobody is erased meanwhile: who deletes the person waits for the block, and
-- then forgets its names.
create or replace function keep_blocked_names() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      shown uuid := new.blocked_user_id;
    begin
      if exists (select from public.user_blocks
                  where blocker_user_id = new.blocked_user_id and blocked_user_id = new.blocker_user_id
                    and (expires_at is null or expires_at > statement_timestamp())) then
        shown := '00000000-0000-0000-0000-000000000000';
      end if;
      perform from public.users where id = shown for key share;
      new.username := (select name from public.usernames where user_id = shown);
      new.display_name := (select display_name from public.user_profiles where user_id = shown);
      return new;
    end
  $$;

-- Forgets what an erased person was called, in everybody's blocks (rules 8.7 and 15).
create or replace function forget_blocked_names() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      -- The second condition is always true, and is that of the index.
      update public.user_blocks set username = null, display_name = null
       where blocked_user_id = old.id and blocker_user_id <> blocked_user_id;
      return null;
    end
  $$;

-- Tells services that a block between two people has begun or ended, at most once in 10 seconds
-- (rule 8.6). While an event of the pair waits there is no need for another: what it tells is worked
-- out when it is dispatched. Hold the pair, as whoever dispatches does.
create or replace function record_block_change_of(blocker uuid, blocked uuid) returns void
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      newest record;
    begin
      select dispatched_at as told_at into newest
        from public.outbox
       where kind = 'block.changed'
         and least(actor_user_id, other_user_id) = least(blocker, blocked)
         and greatest(actor_user_id, other_user_id) = greatest(blocker, blocked)
       order by version desc
       limit 1;
      if found and newest.told_at is null then
        return;
      end if;
      insert into public.outbox (kind, audience, actor_user_id, other_user_id, due_at)
      values ('block.changed', 'services', blocker, blocked,
              greatest(clock_timestamp(), newest.told_at + interval '10 seconds'));
    end
  $$;
grant execute on function record_block_change_of(uuid, uuid) to connections_worker;

-- The same for a viewer, of a block of theirs.
create or replace function record_block_change(blocked uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.record_block_change_of(public.viewer_id(), blocked);
  end;
grant execute on function record_block_change(uuid) to connections_app;

-- Counts a block on the day on which it is made, for insights (rule 14): it may be taken back or run
-- out, and then nothing says that it ever was. Connections count in places of their own, so that
-- nobody waits for somebody else's transaction.
create or replace function count_block() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.blocks_made as counted (day, slot, made)
      values ((new.created_at at time zone 'UTC')::date, pg_backend_pid() % 64, 1)
          on conflict (day, slot) do update set made = counted.made + 1;
      return null;
    end
  $$;

-- Functions of contacts: removing one, and the move of contacts out of the old service. To change
-- one, see README.md beside this file.

-- Writes that the viewer has removed a contact, in place of the last time that they did. Nobody
-- reads it. It is there for the commit: one that has written something waits for the disk, and one
-- that has not does not wait. So removing a contact who is hidden takes as long as removing one who
-- is not there (rule 0.9).
create or replace function stamp_removal() returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.quota_uses where user_id = public.viewer_id() and action = 'removeContact';
    -- Nobody, when the viewer was erased.
    insert into public.quota_uses (user_id, action)
    select viewer.id, 'removeContact' from public.users as viewer where viewer.id = public.viewer_id();
  end;
grant execute on function stamp_removal() to connections_app;

-- Whoever removes an imported contact, and by whatever statement: it stays away. When a person is
-- erased the cascade deletes their contacts after their row in `users` is gone, and nothing is
-- remembered.
create or replace function remember_removed_contact() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.contact_import_removals (owner_user_id, contact_user_id)
      select owner.id, contact.id
        from public.users as owner, public.users as contact
       where owner.id = old.owner_user_id and contact.id = old.contact_user_id
          on conflict do nothing;
      return null;
    end
  $$;

-- What an import of these contacts would do to each, without doing it. A contact whom its owner
-- blocks was removed by the block, or would have been (rule 8.1).
create or replace function judge_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language sql stable rows 1000
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select given.place::int,
           case
             when owner.id is null then 'unknown owner'
             when contact.id is null then 'unknown contact'
             when removal.owner_user_id is not null or block.blocker_user_id is not null then 'removed'
             when kept.owner_user_id is null then 'added'
             when kept.imported and kept.created_at <= given.created and kept.updated_at >= given.updated then 'unchanged'
             else 'merged'
           end
      from unnest(owners, contacts, created, updated) with ordinality as given (owner, contact, created, updated, place)
      left join public.users as owner on owner.id = given.owner
      left join public.users as contact on contact.id = given.contact
      left join public.contact_import_removals as removal
        on removal.owner_user_id = given.owner and removal.contact_user_id = given.contact
      left join public.user_blocks as block
        on block.blocker_user_id = given.owner and block.blocked_user_id = given.contact
       and (block.expires_at is null or block.expires_at > statement_timestamp())
      left join public.user_contacts as kept
        on kept.owner_user_id = given.owner and kept.contact_user_id = given.contact;
  end;
grant execute on function judge_contacts(uuid[], uuid[], timestamptz[], timestamptz[]) to connections_service;

-- Imports contacts, each pair at most once in one call, and says for each what it did. The four
-- lists are of one length. It holds the pairs until the transaction ends, by the same keys as
-- `lockPair` in src/pairs/lock.ts and in one order, so that nobody blocks or removes a contact
-- between the judgement and the row.
create or replace function import_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language plpgsql rows 1000
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      perform pg_advisory_xact_lock(pair.key)
         from (select distinct hashtextextended(
                        'pair:' || least(given.owner, given.contact) || ':' || greatest(given.owner, given.contact), 0) as key
                 from unnest(owners, contacts) as given (owner, contact)
                order by key) as pair;
      -- A statement of its own: it sees what was committed before the locks were ours.
      return query
        with judged as materialized (
          select * from public.judge_contacts(owners, contacts, created, updated)
        ), removed as (
          insert into public.contact_import_removals (owner_user_id, contact_user_id)
          select owners[judged.place], contacts[judged.place] from judged where judged.outcome = 'removed'
              on conflict do nothing
        ), written as (
          insert into public.user_contacts as kept (owner_user_id, contact_user_id, created_at, updated_at, imported)
          select owners[judged.place], contacts[judged.place], created[judged.place], updated[judged.place], true
            from judged
           where judged.outcome in ('added', 'merged')
              on conflict (owner_user_id, contact_user_id) do update
             set created_at = least(kept.created_at, excluded.created_at),
                 updated_at = greatest(kept.updated_at, excluded.updated_at),
                 imported = true
        )
        select judged.place, judged.outcome from judged order by judged.place;
    end
  $$;
grant execute on function import_contacts(uuid[], uuid[], timestamptz[], timestamptz[]) to connections_service;

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

-- Functions of friends: friend requests, friendships and mutual friends. To change one, see
-- README.md beside this file.

-- Whether the viewer may ask a person to become friends, or close friends, as far as blocks,
-- privacy and their friendship are concerned (rules 6.8, 7.2): the same that `judgeRequest` and
-- `judgeUpgrade` decide by.
create or replace function may_ask(person uuid, level text) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.is_visible(person)
       and exists (select from public.my_pair_states(array[person])
                    where case level when 'close' then friendship_level is not null
                               else allow_friend_requests = 'everyone' or holds_link
                                 or allow_friend_requests = 'friends_of_friends' and shares_friend end);
  end;
grant execute on function may_ask(uuid, text) to connections_app;

-- A request to somebody who has declined its requester before comes quietly (rule 6.4). Nobody else
-- may know of it.
create or replace function quieten_request() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      new.quiet := exists (select from public.friend_request_declines
                            where decliner_user_id = new.target_user_id
                              and requester_user_id = new.requester_user_id);
      return new;
    end
  $$;

-- Accepts an open request to the viewer and makes the friendship, or the closeness, that it asks
-- for: both sides, or nothing at all. False when there is no such request that is open, or its
-- requester is hidden from the viewer.
create or replace function accept_request(request uuid) returns boolean
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      asked record;
    begin
      update public.user_friend_requests
         set status = 'accepted', responded_at = statement_timestamp()
       where id = request and target_user_id = public.viewer_id()
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
         and public.is_visible(requester_user_id)
   returning requester_user_id as requester, target_user_id as target, friendship_level as level into asked;
      if not found then
        return false;
      end if;
      if asked.level = 'friend' then
        insert into public.user_friends (user_id, friend_id, friendship_level)
        values (asked.requester, asked.target, 'friend'), (asked.target, asked.requester, 'friend')
            on conflict do nothing;
        return true;
      end if;
      update public.user_friends set friendship_level = 'close'
       where (user_id = asked.requester and friend_id = asked.target)
          or (user_id = asked.target and friend_id = asked.requester);
      if not found then
        raise exception 'Only friends become close friends.' using errcode = 'check_violation';
      end if;
      return true;
    end
  $$;
grant execute on function accept_request(uuid) to connections_app;

-- How many friends that one of two has who has more, for the target of an open request: accepting
-- it asks for room on both sides (rule 7.1). Null for everybody else.
create or replace function count_friends_of_both(request uuid) returns int
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select greatest((select count(*) from public.user_friends where user_id = asked.requester_user_id),
                    (select count(*) from public.user_friends where user_id = asked.target_user_id))::int
      from public.user_friend_requests as asked
     where asked.id = request and asked.target_user_id = public.viewer_id()
       and asked.status in ('pending', 'rejected') and asked.expires_at > statement_timestamp()
       and public.is_visible(asked.requester_user_id);
  end;
grant execute on function count_friends_of_both(uuid) to connections_app;

-- No friendship stands across a block, whatever the statement was. Whoever changes a pair holds it,
-- so that nobody else's block comes between.
create or replace function refuse_blocked_friends() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if exists (select from public.user_blocks
                  where ((blocker_user_id = new.user_id and blocked_user_id = new.friend_id)
                      or (blocker_user_id = new.friend_id and blocked_user_id = new.user_id))
                    and (expires_at is null or expires_at > statement_timestamp())) then
        raise exception 'A block stands between the two.'
          using errcode = 'check_violation', constraint = 'no_friendship_across_a_block';
      end if;
      return new;
    end
  $$;

-- The viewer's friends who may be shown as mutual friends (rule 7.4): all who do not hide it; none
-- when the viewer hides it.
create or replace function my_shown_friends() returns setof uuid
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    )
    select mine.friend_id
      from public.user_friends as mine
     where mine.user_id = (select id from viewer)
       and not exists (select from public.user_privacy_settings
                        where user_id = mine.friend_id and not show_in_mutual_friends offset 0)
       and not exists (select from public.user_privacy_settings
                        where user_id = (select id from viewer) and not show_in_mutual_friends);
  end;

-- The others whose friends may be shown to the viewer as mutual friends: all who are visible, do
-- not hide it, and are not the viewer.
create or replace function sharing_friends(others uuid[]) returns table (id uuid, shares boolean)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select person.id,
           person.id <> public.viewer_id()
             and not exists (select from public.user_privacy_settings
                              where user_id = person.id and not show_in_mutual_friends offset 0)
      from public.visible_users(others) as person (id);
  end;

-- Whom the viewer and each of the others share as friends (rule 7.4), unless one of the three hides
-- it, by id. Their friends see them, so nobody here is hidden by a block from either side. The
-- viewer's friends are read once, and hashed: `is true` keeps Postgres from making a join of it,
-- which it would make anew for each of the others.
create or replace function mutual_friend_pages(others uuid[], page_size int, after_id uuid)
  returns table (other uuid, friend uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with shown as materialized (
      select public.my_shown_friends() as id
    )
    select person.id, page.friend_id
      from public.sharing_friends(others) as person
      left join lateral (
           select friend_id
             from public.user_friends
            where user_id = person.id and friend_id > after_id and person.shares
              and (friend_id in (select id from shown)) is true
            order by friend_id
            limit page_size
           ) as page on true;
  end;
grant execute on function mutual_friend_pages(uuid[], int, uuid) to connections_app;

-- How many there are, counted up to 100: 100 means 100 or more.
create or replace function count_mutual_friends(others uuid[]) returns table (other uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with shown as materialized (
      select public.my_shown_friends() as id
    )
    select person.id, (
           select count(*)::int
             from (select from public.user_friends
                    where user_id = person.id and person.shares
                      and (friend_id in (select id from shown)) is true
                    limit 100) as shared)
      from public.sharing_friends(others) as person;
  end;
grant execute on function count_mutual_friends(uuid[]) to connections_app;

-- A person's friends, close ones first, then those who are online as far as the person may know it
-- (rules 7.5, 10), then the newest: a page of so many. The list has four parts: close and online (0),
-- close (1), online (2), all others (3). A page begins behind a place in one of them, and leaves out
-- `without` and, unless it is null, everybody who is not in `only_these`. A viewer reads their own list,
-- services anybody's.
--
-- Who is online is judged by the moment of the first page, which later pages bring along (`as_of`):
-- seen within `online_seconds` before it, or after it. So nobody who goes offline meanwhile comes twice.
--
-- Each friend is looked up once, close ones first: Postgres sorts level by level, and reads the next
-- level only where the page has room for it. In the last part nobody behind goes before, so there no
-- more friends are looked up than the page takes.
create or replace function close_first_friends(person uuid, only_level text, only_these uuid[], without uuid[],
                                               online_seconds int, as_of timestamptz,
                                               after_part int, after_at timestamptz, after_id uuid, most int)
  returns table (friend uuid, level text, since timestamptz, is_online boolean, judged_at timestamptz)
  language plpgsql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop.
  set enable_bitmapscan = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
  as $$
    declare
      judged timestamptz := coalesce(as_of, date_trunc('milliseconds', statement_timestamp()));
      seen_after timestamptz := judged - make_interval(secs => online_seconds);
    begin
      if person is distinct from public.viewer_id() and current_setting('role') <> 'connections_service' then
        return;
      end if;
      return query
        select page.friend_id, page.friendship_level, page.created_at, page.is_here, judged
          from (select friendship.*
                  from (select friend_id, friendship_level, created_at,
                               exists (
                                 select from public.user_presence as presence
                                  where presence.user_id = friend_id and presence.last_seen_at > seen_after
                                    and not exists (
                                          select from public.user_privacy_settings as settings
                                           where settings.user_id = presence.user_id
                                             and (settings.presence_visibility = 'nobody'
                                               or settings.presence_visibility = 'close' and friendship_level <> 'close')
                                          offset 0)
                                 offset 0) as is_here
                          from public.user_friends
                         where user_id = person
                           and (only_level is null or friendship_level = only_level)
                           and (after_part < 2 or friendship_level = 'friend')
                           and (after_part < 3 or (created_at, friend_id) < (after_at, after_id))
                           and (only_these is null or friend_id in (select unnest(only_these)))
                           and friend_id <> all (without)
                         order by friendship_level, created_at desc, friend_id desc
                        offset 0) as friendship
                 where (friendship_level = 'close', is_here, created_at, friend_id)
                       < (after_part < 2, after_part in (0, 2), after_at, after_id)
                 order by friendship_level, created_at desc, friend_id desc
                 limit case when after_part = 3 then most end) as page
         order by page.friendship_level, page.is_here desc, page.created_at desc, page.friend_id desc
         limit most;
    end
  $$;
grant execute on function close_first_friends(uuid, text, uuid[], uuid[], int, timestamptz, int, timestamptz, uuid, int)
  to connections_app, connections_service;

-- Insights (rule 14): the one way to what is counted of people. Each measure is a function of its own
-- in insights/, which an analyst can read without the others. To change one, see README.md beside
-- this file.

-- What a measure counts of whole days, the last one included, with how many people it is of. No row
-- of fewer than 10 people, nor for a name that is no measure.
create or replace function insight_of(measure text, first_day date, last_day date)
  returns table (people bigint, sums jsonb)
  language plpgsql stable rows 1
  security definer set search_path = pg_catalog, pg_temp
  -- A day and a year of the same table need different plans.
  set plan_cache_mode = force_custom_plan set jit = off
  as $$
    declare
      since timestamptz := first_day::timestamp at time zone 'UTC';
      until timestamptz := (last_day + 1)::timestamp at time zone 'UTC';
      counted jsonb;
    begin
      counted := case measure
        when 'activePeople' then (select to_jsonb(c) from public.insight_active_people(since, until) as c)
        when 'blocks' then (select to_jsonb(c) from public.insight_blocks(since, until) as c)
        when 'requests' then (select to_jsonb(c) from public.insight_requests(since, until) as c)
        when 'invitesOfFriends' then (select to_jsonb(c) from public.insight_invites(since, until, true) as c)
        when 'invitesOfOthers' then (select to_jsonb(c) from public.insight_invites(since, until, false) as c)
        when 'joiners' then (select to_jsonb(c) from public.insight_joiners(since, until) as c)
        when 'retention' then (select to_jsonb(c) from public.insight_retention(since, until) as c)
        when 'threeFriends' then (select to_jsonb(c) from public.insight_three_friends(since, until) as c)
        when 'reports' then (select to_jsonb(c) from public.insight_reports(since, until) as c)
      end;
      if (counted ->> 'people')::bigint >= 10 then
        return query select (counted ->> 'people')::bigint, counted - 'people';
      end if;
    end
  $$;
grant execute on function insight_of(text, date, date) to connections_service, connections_worker;

-- The first day of which anything can be counted; null: there is none.
create or replace function insights_begin() returns date
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select least(
      (select (min(created_at) at time zone 'UTC')::date from public.users),
      (select min(day) from public.activity_days),
      (select min(day) from public.blocks_made),
      (select (min(invited_at) at time zone 'UTC')::date from public.game_invites),
      (select (min(created_at) at time zone 'UTC')::date from public.user_friend_requests),
      (select (min(created_at) at time zone 'UTC')::date from public.friend_requests_archive),
      (select (min(created_at) at time zone 'UTC')::date from public.user_blocks));
  end;
grant execute on function insights_begin() to connections_worker;

-- How many people are active on a day (rule 14).
--
-- A person is active on a day, in UTC, if `activity_days` has it: another service said so
-- (`recordGameFacts`), or they made a signed-in request here.
--
-- `days`: whole days of the span, also those without anybody
-- `active`: people, once for each day on which they were active; divided by `days`, the mean of a day
-- `squares`: of the people of each day, for the interval of that mean
create or replace function insight_active_people(since timestamptz, until timestamptz)
  returns table (people bigint, days int, active bigint, squares numeric)
  language sql stable rows 1
  begin atomic
    with active as materialized (
      select user_id, day
        from public.activity_days
       where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date
    )
    select (select count(distinct user_id) from active),
           (until at time zone 'UTC')::date - (since at time zone 'UTC')::date,
           coalesce(sum(day.people), 0)::bigint,
           coalesce(sum(day.people::numeric * day.people), 0)
      from (select count(*) as people from active group by active.day) as day;
  end;

-- Blocks per 1,000 active people (rule 14): 1,000 × `blocks` / `active`.
--
-- A block is counted on the day on which it was made, whatever becomes of it: `blocks_made` has how
-- many there were, and no people. The group is everybody who was active.
--
-- `active`: people, once for each day on which they were active
-- `blocks`: made on those days
create or replace function insight_blocks(since timestamptz, until timestamptz)
  returns table (people bigint, active bigint, blocks bigint)
  language sql stable rows 1
  begin atomic
    select count(distinct user_id), count(*),
           (select coalesce(sum(made), 0)::bigint
              from public.blocks_made
             where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date)
      from public.activity_days
     where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date;
  end;

-- How often game invitations are accepted, between friends or between others (rule 14).
--
-- An invitation belongs to the day on which it was sent. It is one between friends if the two were
-- friends when it was sent. Accepted means within 14 days; an invitation without an answer is not.
--
-- The group is everybody who invited, and everybody who was invited: the smaller of the two.
--
-- `sent`, `accepted`: how many invitations
create or replace function insight_invites(since timestamptz, until timestamptz, friends boolean)
  returns table (people bigint, sent bigint, accepted bigint)
  language sql stable rows 1
  begin atomic
    select least(count(distinct inviter_user_id), count(distinct invitee_user_id)),
           count(*),
           count(*) filter (where outcome = 'accepted' and answered_at <= invited_at + interval '14 days')
      from public.game_invites
     where invited_at >= since and invited_at < until and between_friends = friends;
  end;

-- How many people joined. No figure of its own: by it, days are counted together for the figures about
-- people who joined (rule 14.4).
--
-- `joined`: how many people
create or replace function insight_joiners(since timestamptz, until timestamptz)
  returns table (people bigint, joined bigint)
  language sql stable rows 1
  begin atomic
    select count(*), count(*) from public.users where created_at >= since and created_at < until;
  end;

-- Whether blocks end trouble (rule 16.3): reports between two people in the 30 days before one of
-- them blocked the other, and in the 30 days after. Fewer by 1 - `after` / `before`.
--
-- A block belongs to the day on which it was made. It is counted if it still stands, and was made to
-- stand for at least 30 days. Reports of either about the other count. A report at the moment of the
-- block is one before it.
--
-- The group is everybody who blocked, and everybody who was blocked: the smaller of the two.
--
-- `n`: how many blocks
-- `before`, `after`: how many reports there were
-- `beforeSquares`, `afterSquares`, `products`: sums over the blocks of the squares of their reports,
-- and of the reports before times those after, for the intervals
create or replace function insight_reports(since timestamptz, until timestamptz)
  returns table (people bigint, n bigint, before bigint, after bigint,
                 "beforeSquares" bigint, "afterSquares" bigint, products bigint)
  language sql stable rows 1
  begin atomic
    with counted as (
      select block.blocker_user_id as blocker, block.blocked_user_id as blocked,
             (select count(*) from public.user_reports
               where reporter_user_id = block.blocker_user_id and reported_user_id = block.blocked_user_id
                 and reported_at > block.created_at - interval '30 days' and reported_at <= block.created_at)
             + (select count(*) from public.user_reports
                 where reporter_user_id = block.blocked_user_id and reported_user_id = block.blocker_user_id
                   and reported_at > block.created_at - interval '30 days' and reported_at <= block.created_at) as before,
             (select count(*) from public.user_reports
               where reporter_user_id = block.blocker_user_id and reported_user_id = block.blocked_user_id
                 and reported_at > block.created_at and reported_at <= block.created_at + interval '30 days')
             + (select count(*) from public.user_reports
                 where reporter_user_id = block.blocked_user_id and reported_user_id = block.blocker_user_id
                   and reported_at > block.created_at and reported_at <= block.created_at + interval '30 days') as after
        from public.user_blocks as block
        join public.users as person on person.id = block.blocked_user_id
       where block.created_at >= since and block.created_at < until
         and (block.expires_at is null or block.expires_at >= block.created_at + interval '30 days')
    )
    select least(count(distinct blocker), count(distinct blocked)),
           count(*),
           coalesce(sum(counted.before), 0)::bigint,
           coalesce(sum(counted.after), 0)::bigint,
           coalesce(sum(counted.before * counted.before), 0)::bigint,
           coalesce(sum(counted.after * counted.after), 0)::bigint,
           coalesce(sum(counted.before * counted.after), 0)::bigint
      from counted;
  end;

-- How many friend requests are answered, how many of those are accepted, and how long an answer
-- takes (rule 14). Requests to become close friends are not among them.
--
-- A request belongs to the day on which it was sent. It is answered if it was accepted or declined
-- within 14 days. One that was taken back, or that a block removed, is not answered.
--
-- The group is everybody who sent an answered request, and everybody who answered one: the smaller
-- of the two, for ten requests to one person say how that person answers.
--
-- `sent`, `answered`, `accepted`: how many requests; acceptance is `accepted` / `answered`
-- `seconds`, `squares`: sums of the seconds to the answer, and of their squares
-- `waits`: how many answers took 1.08 ^ i to 1.08 ^ (i + 1) seconds, for i = 0 to 181 (14 days)
-- `median`: of the seconds; it cannot be added up, so roll-ups have `waits` instead
create or replace function insight_requests(since timestamptz, until timestamptz)
  returns table (people bigint, sent bigint, answered bigint, accepted bigint, seconds numeric, squares numeric,
                 waits bigint[], median double precision)
  language sql stable rows 1
  begin atomic
    with sent as materialized (
      select requester_user_id as requester, target_user_id as target, status,
             case when status in ('accepted', 'rejected') and responded_at <= created_at + interval '14 days'
                  then extract(epoch from responded_at - created_at) end as seconds
        from (select requester_user_id, target_user_id, status, created_at, responded_at
                from public.user_friend_requests
               where friendship_level = 'friend' and created_at >= since and created_at < until
               union all
              select requester_user_id, target_user_id, status, created_at, responded_at
                from public.friend_requests_archive
               where friendship_level = 'friend' and created_at >= since and created_at < until) as request
    ), bucket as (
      select floor(ln(greatest(sent.seconds, 1)) / ln(1.08))::int as place, count(*) as answers
        from sent
       where sent.seconds is not null
       group by 1
    )
    select least(count(distinct requester) filter (where sent.seconds is not null),
                 count(distinct target) filter (where sent.seconds is not null)),
           count(*),
           count(sent.seconds),
           count(*) filter (where sent.seconds is not null and status = 'accepted'),
           coalesce(sum(sent.seconds), 0),
           coalesce(sum(sent.seconds * sent.seconds), 0),
           array(select coalesce(bucket.answers, 0)
                   from generate_series(0, 181) as place
                   left join bucket on bucket.place = place.place
                  order by place.place),
           percentile_cont(0.5) within group (order by sent.seconds::double precision)
      from sent;
  end;

-- How many people stay for 30 days: those with at least 5 friends by day 7, and the rest (rule 14).
--
-- A person belongs to the day on which they joined (`users.created_at`). Their friends by day 7 are
-- the people with whom they agreed on a friendship within 7 days of joining, also if it ended since.
-- They stayed if they were active on one of the 7 days that begin 30 days after they joined.
--
-- The groups are those with friends and the rest: the smaller of the two. If only one of them could
-- be told, the other would follow from how many joined.
--
-- `friends`, `others`: how many people
-- `friendsBack`, `othersBack`: how many of them stayed
create or replace function insight_retention(since timestamptz, until timestamptz)
  returns table (people bigint, friends bigint, "friendsBack" bigint, others bigint, "othersBack" bigint)
  language sql stable rows 1
  begin atomic
    with joined as (
      select (select count(distinct friend)
                from (select target_user_id as friend
                        from public.user_friend_requests
                       where requester_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '7 days'
                       union all
                      select requester_user_id
                        from public.user_friend_requests
                       where target_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '7 days') as agreed) >= 5 as has_friends,
             exists (select from public.activity_days
                      where user_id = person.id
                        and day >= (person.created_at at time zone 'UTC')::date + 30
                        and day < (person.created_at at time zone 'UTC')::date + 37) as came_back
        from public.users as person
       where person.created_at >= since and person.created_at < until
    )
    select least(count(*) filter (where has_friends), count(*) filter (where not has_friends)),
           count(*) filter (where has_friends),
           count(*) filter (where has_friends and came_back),
           count(*) filter (where not has_friends),
           count(*) filter (where not has_friends and came_back)
      from joined;
  end;

-- How many people have at least 3 friends by month 3 (rule 14): `befriended` / `joined`.
--
-- A person belongs to the day on which they joined (`users.created_at`). Their friends by month 3 are
-- the people with whom they agreed on a friendship within 90 days of joining, also if it ended since.
--
-- `joined`: how many people
-- `befriended`: how many of them made at least 3 friends
create or replace function insight_three_friends(since timestamptz, until timestamptz)
  returns table (people bigint, joined bigint, befriended bigint)
  language sql stable rows 1
  begin atomic
    with joined as (
      select (select count(distinct friend)
                from (select target_user_id as friend
                        from public.user_friend_requests
                       where requester_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '90 days'
                       union all
                      select requester_user_id
                        from public.user_friend_requests
                       where target_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '90 days') as agreed) >= 3 as has_friends
        from public.users as person
       where person.created_at >= since and person.created_at < until
    )
    select count(*), count(*), count(*) filter (where has_friends) from joined;
  end;

-- Functions of links: contact links. To change one, see README.md beside this file.

-- The links with these tokens that the viewer can consume, and the viewer's own. Nothing else: a
-- link that is revoked, expired or used up, one whose maker is hidden from the viewer, and a token
-- that opens nothing are alike, and the same is looked up for all of them. A link can be consumed
-- while it is live and, used up, by whoever has used it before or keeps its maker already. The only
-- place that decides this: a preview and a use ask the same.
create or replace function find_contact_links(hashes bytea[])
  returns table (hash bytea, link uuid, maker uuid, label text, expires_at timestamptz(3), can_be_consumed boolean)
  language sql stable rows 1
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), found as materialized (
      select token.hash, coalesce(known.id, '00000000-0000-0000-0000-000000000000') as link,
             coalesce(known.maker_user_id, '00000000-0000-0000-0000-000000000000') as maker, known.label, known.expires_at,
             coalesce(known.revoked_at is null and (known.expires_at is null or known.expires_at > statement_timestamp()),
                      false) as stands,
             known.id is not null as exists, known.max_uses is null or known.uses < known.max_uses as is_left
        from unnest(hashes) as token (hash)
        left join public.contact_links as known on known.token_hash = token.hash
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(select maker from found)) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (array(select maker from found))
         and (expires_at is null or expires_at > statement_timestamp())
    ), met as materialized (
      select found.*, found.maker in (select id from hidden) as is_hidden,
             exists (select from public.contact_link_uses
                      where link_id = found.link and user_id = (select id from viewer) offset 0) as is_used,
             exists (select from public.user_contacts
                      where owner_user_id = (select id from viewer) and contact_user_id = found.maker offset 0) as is_kept
        from found
    )
    select met.hash, met.link, met.maker, met.label, met.expires_at,
           met.stands and (met.is_left or met.is_used or met.is_kept)
      from met
     cross join viewer
     where met.exists and not met.is_hidden
       and (met.maker = viewer.id or viewer.id is not null and met.stands and (met.is_left or met.is_used or met.is_kept));
  end;
grant execute on function find_contact_links(bytea[]) to connections_app;

-- Uses a link as the viewer, if it can be consumed: whether it could. Counted once a person, and
-- not for whoever keeps the maker already. Such a person is remembered all the same where uses are
-- unlimited, so that the link lets them ask too; where uses are limited it does not, or its token
-- would let in any number. Hold the pair, so that neither a block nor another use of the same
-- person's comes between.
create or replace function use_contact_link(token_hash bytea) returns boolean
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      used record;
    begin
      select known.link, known.maker into used
        from public.find_contact_links(array[token_hash]) as known
       where known.can_be_consumed and known.maker <> viewer;
      if not found then
        return false;
      end if;
      if exists (select from public.contact_link_uses where link_id = used.link and user_id = viewer) then
        return true;
      end if;
      if exists (select from public.user_contacts where owner_user_id = viewer and contact_user_id = used.maker) then
        insert into public.contact_link_uses (link_id, user_id, maker_user_id)
        select used.link, viewer, used.maker
          from public.contact_links as known
         where known.id = used.link and known.max_uses is null;
        return true;
      end if;
      -- Everybody who uses this link meets at this row: whoever waited for it looks at what it has
      -- become.
      update public.contact_links as known
         set uses = known.uses + 1, last_used_at = clock_timestamp()
       where known.id = used.link and known.revoked_at is null
         and (known.expires_at is null or known.expires_at > clock_timestamp())
         and (known.max_uses is null or known.uses < known.max_uses)
         and exists (select from public.users where id = viewer);
      if not found then
        return false;
      end if;
      insert into public.contact_link_uses (link_id, user_id, maker_user_id) values (used.link, viewer, used.maker);
      return true;
    end
  $$;
grant execute on function use_contact_link(bytea) to connections_app;

-- Forgets which links the viewer and another have used of each other's, as a block does. What was
-- counted stays counted.
create or replace function forget_link_uses(other uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.contact_link_uses
     where (user_id = public.viewer_id() and maker_user_id = other)
        or (user_id = other and maker_user_id = public.viewer_id());
  end;
grant execute on function forget_link_uses(uuid) to connections_app;

-- Functions of migrations: what of the migrations is applied. To change one, see README.md beside
-- this file.

-- What the service's readiness compares with the migrations it was built with.
create or replace function applied_migrations() returns setof text
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select migration_name::text
      from public._prisma_migrations
     where finished_at is not null and rolled_back_at is null;
  end;
grant execute on function applied_migrations() to connections_service;

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

-- Functions of quotas: limits that are counted over a period. To change one, see README.md beside
-- this file.

-- How often a person may do something in any period, by the name of what they do. These are the
-- numbers of src/limits.ts, which a test holds to be alike: who calls the functions below cannot
-- bring numbers of their own.
create or replace function quota_limit(what text) returns table (most int, period interval)
  language sql immutable
  begin atomic
    select quota.most, quota.period
      from (values
        ('requestFriend', 50, interval '24 hours'),
        ('upgradeFriendship', 100, interval '24 hours'),
        ('events', 1, interval '24 hours')) as quota (name, most, period)
     where quota.name = split_part(what, ' ', 1);
  end;

-- Uses one of the viewer's quotas, for each other person apart if one is named. Nobody may call it
-- but the two below: whether a use is left would tell what somebody was told of the viewer.
create or replace function use_quota_towards(what text, other uuid) returns timestamptz
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      allowed record;
      used int;
      oldest timestamptz;
    begin
      select * into strict allowed from public.quota_limit(what);
      perform pg_advisory_xact_lock(hashtextextended('quota:' || viewer || ':' || what || ':' || coalesce(other::text, ''), 0));
      delete from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other
         and used_at <= clock_timestamp() - allowed.period;
      select count(*), min(used_at) into used, oldest
        from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other;
      if used >= allowed.most then
        return oldest + allowed.period;
      end if;
      insert into public.quota_uses (user_id, action, other_user_id, used_at)
      values (viewer, what, other, clock_timestamp());
      return null;
    end
  $$;

-- Uses one of the viewer's quotas, if one is left in the period that ends now: null. Else, when the
-- next is free. Uses of one quota happen one after the other, in all transactions of all processes.
create or replace function use_quota(what text) returns timestamptz
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.use_quota_towards(what, null);
  end;
grant execute on function use_quota(text) to connections_app;

-- Tells another person, once a day, that the viewer has begun to follow them, has sent them a
-- request or has accepted theirs: the event is written if it is so, if they may be told, and if they
-- were not told before. It gives nothing back, for a request after a decline comes quietly, and its
-- requester must not notice (rule 6.4).
create or replace function record_event_once(event text, other uuid, subject uuid, level text) returns void
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
    begin
      if (case event
          when 'follow.created' then
           exists (select from public.user_follows where follower_user_id = viewer and target_user_id = other)
          when 'friend_request.created' then
           exists (select from public.user_friend_requests
                    where id = subject and requester_user_id = viewer and target_user_id = other
                      and friendship_level = level and status = 'pending' and not quiet)
          when 'friend_request.accepted' then
           exists (select from public.user_friend_requests
                    where id = subject and requester_user_id = other and target_user_id = viewer
                      and friendship_level = level and status = 'accepted')
          else false end)
         and public.use_quota_towards(concat_ws(' ', 'events', event, level), other) is null then
        insert into public.outbox (kind, audience, actor_user_id, other_user_id, subject_id, level)
        values (event, 'people', viewer, other, subject, level);
      end if;
    end
  $$;
grant execute on function record_event_once(text, uuid, uuid, text) to connections_app;

-- Functions of rate-limits: calls that are counted over a minute. To change one, see README.md
-- beside this file.

-- Whose calls are counted together: the viewer's or, without one, an address's. Of an address only
-- its hash is kept.
create or replace function hit_bucket(action text, client text) returns text
  language sql stable
  begin atomic
    select json_build_array(action, coalesce(
             nullif(current_setting('app.user_id', true), ''),
             'anonymous ' || encode(sha256(convert_to(client, 'UTF8')), 'hex')))::text;
  end;

-- How often somebody may call a field in any period: a person, or the anonymous of one address.
-- These are the numbers of src/limits.ts, which a test holds to be alike: who calls the functions
-- below cannot bring numbers of their own.
create or replace function rate_limit(action text, caller text) returns table (most int, period interval)
  language sql immutable
  begin atomic
    select allowed.most, allowed.period
      from (values
        ('addContact', 'viewer', 120, interval '1 minute'),
        ('followUser', 'viewer', 240, interval '1 minute'),
        ('requestFriend', 'viewer', 120, interval '1 minute'),
        ('upgradeFriendship', 'viewer', 240, interval '1 minute'),
        ('createContactLink', 'viewer', 30, interval '1 minute'),
        ('consumeContactLink', 'viewer', 60, interval '1 minute'),
        ('updatePrivacySettings', 'viewer', 60, interval '1 minute'),
        ('claimUsername', 'viewer', 30, interval '1 minute'),
        ('updateProfile', 'viewer', 60, interval '1 minute'),
        ('dismissSuggestion', 'viewer', 120, interval '1 minute'),
        ('restoreSuggestion', 'viewer', 120, interval '1 minute'),
        ('recordSuggestionsShown', 'viewer', 120, interval '1 minute'),
        ('userByUsername', 'viewer', 100, interval '1 minute'),
        ('userByUsername', 'anonymous', 20, interval '1 minute'),
        ('usernameAvailability', 'viewer', 100, interval '1 minute'),
        ('usernameAvailability', 'anonymous', 20, interval '1 minute'),
        ('searchUsers', 'viewer', 100, interval '1 minute'),
        ('searchUsers', 'anonymous', 20, interval '1 minute'),
        ('contactLinkPreview', 'viewer', 100, interval '1 minute'),
        ('contactLinkPreview', 'anonymous', 20, interval '1 minute')) as allowed (field, caller, most, period)
     where allowed.field = rate_limit.action and allowed.caller = rate_limit.caller;
  end;

-- The limit that holds for whoever asks.
create or replace function own_rate_limit(action text) returns table (most int, period interval)
  language sql stable
  begin atomic
    select allowed.most, allowed.period
      from public.rate_limit(action, case when nullif(current_setting('app.user_id', true), '') is null
                                          then 'anonymous' else 'viewer' end) as allowed;
  end;

-- Counts calls of a field that has a limit, so many at once and no more than a document has fields.
-- Gives the calls of the period, oldest first, the new ones last. The row is locked before it is
-- read, so the calls of one bucket come one after the other, in all transactions of all processes.
-- Call it in a transaction of its own: its commit does not wait for the disk. A server that dies
-- forgets the calls of its last moment, at most.
create or replace function reserve_hits(action text, client text, times int) returns timestamptz[]
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    insert into public.rate_limit_buckets as present (bucket, hits)
    select public.hit_bucket(action, client), array_fill(clock_timestamp(), array[least(times, 1000)])
      from public.own_rate_limit(action)
        on conflict (bucket) do update
       set hits = array(select hit
                          from unnest(present.hits) as hit
                         where hit > excluded.hits[1] - (select period from public.own_rate_limit(action))
                         order by hit)
                  || excluded.hits
    returning hits;
  end;
grant execute on function reserve_hits(text, text, int) to connections_app;

-- Takes back so many calls of one moment, of those that are beyond the limit: who was refused has
-- not used anything, and other calls stay what they are. In a transaction of its own, as
-- reserve_hits.
create or replace function return_hits(action text, client text, moment timestamptz, times int) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select set_config('synchronous_commit', 'off', true);
    update public.rate_limit_buckets as present
       set hits = array(select hit
                          from (select hit, place, row_number() over (partition by hit order by place) as nth
                                  from unnest(present.hits) with ordinality as each (hit, place)) as numbered
                         where hit <> moment or nth > least(times, cardinality(present.hits) - allowed.most)
                         order by place)
      from public.own_rate_limit(action) as allowed
     where bucket = public.hit_bucket(action, client);
  end;
grant execute on function return_hits(text, text, timestamptz, int) to connections_app;

-- Functions of search: finding people by the beginning of a name or a word. To change one, see
-- README.md beside this file.

-- The first text, in byte order, after all that begin with a prefix. No name and no word has this
-- last code point.
create or replace function after_prefix(prefix text) returns text
  language sql immutable
  begin atomic
    select prefix || chr(1114111);
  end;

-- How many things keep a search of the viewer from showing a person: a block either way, a person
-- who will not be discovered, tokens other than the leading one with which neither the name nor a
-- word begins. All of them are looked up for everybody, also when one is known already: a person
-- who is hidden is as much work as an id that nobody has. Postgres copies it into the query that
-- calls it, which it does only while this function has neither rights nor settings of its own;
-- `offset 0` keeps it from being split up there.
create or replace function hindrances(viewer uuid, person uuid, names text[], words text[], led_by bigint)
  returns table (many int)
  language sql stable rows 1
  begin atomic
    select (exists (select from public.user_blocks as block
                     where block.blocker_user_id = viewer and block.blocked_user_id = person
                       and (block.expires_at is null or block.expires_at > statement_timestamp())
                    offset 0))::int
           + (exists (select from public.user_blocks as block
                       where block.blocker_user_id = person and block.blocked_user_id = viewer
                         and (block.expires_at is null or block.expires_at > statement_timestamp())
                      offset 0))::int
           + (exists (select from public.user_privacy_settings as settings
                       where settings.user_id = person and not settings.discoverable
                      offset 0))::int
           + (select count(*)::int
                from unnest(names, words) with ordinality as token (name, word, place)
               where token.place <> led_by
                 and not exists (select from public.usernames as also
                                  where also.user_id = person and also.name ^@ token.name
                                 offset 0)
                 and not exists (select from public.user_profile_words as also
                                  where also.user_id = person and also.word ^@ token.word
                                 offset 0))
    offset 0;
  end;

-- A page of the people of whom each token is the beginning: of their username, or of a word of
-- their display name (rule 2.6). A token is written in two ways, one for usernames and one for
-- words, of the same place in `names` and `words`. `rank` 0: those whom the viewer knows, 1: the
-- person whose username it is, 2: everybody else. Within a rank they are ordered by their smallest
-- name or word that begins with the leading token, so a whole name comes before the longer ones.
-- Each person has one place.
--
-- The work is bounded. The leading token is the one with the fewest names and words, and only the
-- first `most_entries` names and words that begin with it are looked at: the scope of the search.
-- The known and the exact name are looked up apart, whatever the scope: of the known the first
-- `most_known`, friends before contacts before those whom the viewer follows. What decides about a
-- person is asked of that person alone: how many people block the viewer makes no difference, and
-- Postgres stops soon after the end of the page. `offset 0` keeps it from reading whole tables
-- first and joining them instead.
--
-- And the work tells nothing of who is hidden (rule 0.9). At least `fewest_looks` entries are
-- looked at in each of the two lists, the one of the known and of the exact name and the one of
-- everybody else. Where there are fewer, ids that nobody has stand in for the rest: different ones,
-- for the same again would be found in the caches of the processor. A page goes on for as many
-- entries beyond its end, so that those among the first that are hidden do not make it longer.
--
-- `chosen` is the place of the leading token, and null to choose one: the pages of one search must
-- agree on it.
create or replace function search_people(names text[], words text[], chosen int, page_size int, most_entries int,
                                         most_known int, fewest_looks int, after_rank int, after_term text, after_id uuid)
  returns table (person uuid, rank int, term text, led_by int)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop. Of a small or unknown range Postgres would read
  -- all, and sort it.
  set enable_bitmapscan = off set enable_seqscan = off set jit = off
  -- Planning takes longer than searching.
  set plan_cache_mode = force_generic_plan
  begin atomic
    with lead as materialized (
      select token.place, token.name as name_prefix, token.word as word_prefix,
             public.after_prefix(token.name) as names_ending, public.after_prefix(token.word) as words_ending
        from unnest(names, words) with ordinality as token (name, word, place)
       cross join lateral (
             select case when chosen is null and cardinality(names) > 1 then
                      (select count(*)
                         from (select from public.usernames as owner
                                where owner.name >= token.name and owner.name < public.after_prefix(token.name)
                                limit most_entries) as names)
                      + (select count(*)
                           from (select from public.user_profile_words as word
                                  where word.word >= token.word and word.word < public.after_prefix(token.word)
                                  limit most_entries) as words)
                    end as entries
             ) as counted
       where token.place = coalesce(chosen, token.place)
       order by counted.entries, token.place
       limit 1
    ), scope as materialized (
      select lead.place, lead.name_prefix, lead.word_prefix, public.viewer_id() as viewer,
             -- The one username that is asked for, if it is one: the way to write all tokens then.
             case when names[1] = all (names) then names[1] end as exact,
             -- One start for each: of two lower bounds an index may take the lower.
             case when after_rank = 2 and after_term collate "C" >= lead.name_prefix then after_term else lead.name_prefix
             end as names_from,
             case when after_rank = 2 and after_term collate "C" >= lead.name_prefix then after_id
                  else '00000000-0000-0000-0000-000000000000' end as names_from_id,
             case when after_rank = 2 and after_term collate "C" >= lead.word_prefix then after_term else lead.word_prefix
             end as words_from,
             case when after_rank = 2 and after_term collate "C" >= lead.word_prefix then after_id
                  else '00000000-0000-0000-0000-000000000000' end as words_from_id,
             last_name.name is null and last_word.word is null as is_whole,
             coalesce(last_name.name, lead.names_ending) as names_end,
             coalesce(last_word.word, lead.words_ending) as words_end,
             coalesce(last_word.user_id, '00000000-0000-0000-0000-000000000000') as words_end_id
        from lead
        left join lateral (
             select owner.name from public.usernames as owner
              where owner.name >= lead.name_prefix and owner.name < lead.names_ending
              order by owner.name
             offset most_entries limit 1
             ) as last_name on true
        left join lateral (
             select word.word, word.user_id from public.user_profile_words as word
              where word.word >= lead.word_prefix and word.word < lead.words_ending
              order by word.word, word.user_id
             offset most_entries limit 1
             ) as last_word on true
    ), known as materialized (
      select distinct near.id
        from (select first_ones.id
                from ((select 1 as nearness, friend.friend_id as id from public.user_friends as friend
                        where friend.user_id = public.viewer_id()
                        order by friend.created_at desc, friend.friend_id desc limit most_known)
                       union all
                      (select 2, contact.contact_user_id from public.user_contacts as contact
                        where contact.owner_user_id = public.viewer_id()
                        order by contact.contact_user_id limit most_known)
                       union all
                      (select 3, follow.target_user_id from public.user_follows as follow
                        where follow.follower_user_id = public.viewer_id()
                        order by follow.created_at desc, follow.target_user_id desc limit most_known)) as first_ones
               order by first_ones.nearness
               limit most_known) as near
    ), apart as materialized (
      select near.person, min(near.rank) as rank, min(near.term) as term
        from scope
       cross join lateral (
             -- Where the scope holds all matches, the known among them; else all whom the viewer
             -- knows, one by one. The nil UUID is asked for too, or the known would only be read
             -- where there is somebody to look for among them.
             select entry.person, 0 as rank, entry.term
               from (select owner.user_id as person, owner.name as term from public.usernames as owner
                      where after_rank = 0 and scope.is_whole
                        and owner.name >= scope.name_prefix and owner.name < scope.names_end
                      union all
                     select word.user_id, word.word from public.user_profile_words as word
                      where after_rank = 0 and scope.is_whole
                        and word.word >= scope.word_prefix and word.word < scope.words_end
                      union all
                     select '00000000-0000-0000-0000-000000000000', ''
                     offset 0) as entry
              where (entry.person in (select id from known)) is true
              union all
             select known.id, 0, smallest.term
               from known
              cross join lateral (
                    select least((select owner.name from public.usernames as owner
                                   where owner.user_id = known.id and owner.name ^@ scope.name_prefix),
                                 (select min(word.word || '') from public.user_profile_words as word
                                   where word.user_id = known.id and word.word ^@ scope.word_prefix)) as term
                    offset 0
                    ) as smallest
              where after_rank = 0 and not scope.is_whole and smallest.term is not null
              union all
             select owner.user_id, 1, owner.name from public.usernames as owner
              where after_rank = 0 and owner.name = scope.exact
             ) as near
       group by near.person
       union all
      select md5(names[1] || place)::uuid, 3, '' from generate_series(1, fewest_looks) as place
    ), favoured as (
      select looked.person, looked.rank, looked.term
        from scope
       cross join lateral (
             select entry.person, entry.rank, entry.term, hindered.many
               from (select apart.person, apart.rank, apart.term,
                            row_number() over (order by apart.rank, apart.term, apart.person) as place
                       from apart
                      where (apart.rank, apart.term, apart.person) > (after_rank, after_term, after_id)) as entry
              cross join lateral public.hindrances(scope.viewer, entry.person, names, words, scope.place) as hindered
              where (entry.rank < 3 or entry.place <= fewest_looks)
                and (hindered.many = 0 or entry.place <= fewest_looks)
              order by entry.rank, entry.term, entry.person
              limit page_size + fewest_looks
             ) as looked
       where looked.rank < 3 and looked.many = 0
    ), others as (
      select looked.person, 2 as rank, looked.term
        from scope
       cross join lateral (
             select entry.person, entry.term, entry.kind, hindered.many + elsewhere.many as many
               from (select listed.term, listed.person, listed.kind,
                            row_number() over (order by listed.term, listed.person) as place
                       from (select owner.name as term, owner.user_id as person, 1 as kind
                               from public.usernames as owner
                              where owner.name >= scope.names_from and owner.name < scope.names_end
                                and (owner.name, owner.user_id) > (scope.names_from, scope.names_from_id)
                              union all
                             select word.word, word.user_id, 2
                               from public.user_profile_words as word
                              where (word.word, word.user_id) > (scope.words_from, scope.words_from_id)
                                and (word.word, word.user_id) < (scope.words_end, scope.words_end_id)
                              union all
                             -- Behind all names and words.
                             select chr(1114111) collate "C", md5(words[1] || place)::uuid, 3
                               from generate_series(1, fewest_looks) as place) as listed) as entry
              cross join lateral public.hindrances(scope.viewer, entry.person, names, words, scope.place) as hindered
              cross join lateral (
                    -- Whether they have their place elsewhere: by being known or by a smaller name
                    -- or word.
                    select (entry.person in (select id from known))::int
                           + (exists (select from public.usernames as owner
                                       where owner.user_id = entry.person
                                         and (owner.name = scope.exact
                                              or owner.name ^@ scope.name_prefix and owner.name < scope.names_end
                                                 and (owner.name < entry.term or owner.name = entry.term and entry.kind = 2))
                                      offset 0))::int
                           + (exists (select from public.user_profile_words as smaller
                                       where smaller.user_id = entry.person
                                         and smaller.word >= scope.word_prefix and smaller.word < entry.term
                                         and (smaller.word, smaller.user_id) < (scope.words_end, scope.words_end_id)
                                      offset 0))::int as many
                    offset 0
                    ) as elsewhere
              where (entry.kind < 3 or entry.place <= fewest_looks)
                and (hindered.many + elsewhere.many = 0 or entry.place <= fewest_looks)
              order by entry.term, entry.person
              limit page_size + fewest_looks
             ) as looked
       where looked.kind < 3 and looked.many = 0
    )
    select found.person, found.rank, found.term, lead.place::int
      from (select * from favoured
             union all
            select * from others) as found
     cross join lead
     order by found.rank, found.term, found.person
     limit page_size;
  end;
grant execute on function search_people(text[], text[], int, int, int, int, int, int, text, uuid)
  to connections_app, connections_service;

-- Those of the people whom the one who asks may see whose username, or a word of whose display
-- name, begins with each token, which is written in two ways as for search_people. Names and words
-- are looked up by the ids of these people, so no more of them is read, however many begin with a
-- token.
create or replace function named_people(people uuid[], names text[], words text[]) returns setof uuid
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with named as materialized (
      select found.id
        from unnest(names, words) with ordinality as token (name, word, place)
       cross join lateral (
             select owner.user_id as id from public.usernames as owner
              where owner.user_id = any (people) and owner.name ^@ token.name
              union
             select said.user_id from public.user_profile_words as said
              where said.user_id = any (people) and said.word ^@ token.word
             ) as found
       group by found.id
      having count(*) = cardinality(names)
    )
    select id from public.visible_users(array(select id from named)) as id;
  end;
grant execute on function named_people(uuid[], text[], text[]) to connections_app, connections_service;

-- Functions of suggestions (rule 11) that the files of the folder beside this one build on: how long
-- feedback counts, and which part of a long list is looked at. To change one, see README.md beside this
-- file.

-- For how many days it counts that somebody was dismissed, or shown (rules 11.3, 11.4):
-- `limits.suggestions.forgottenAfterDays`.
create or replace function feedback_days() returns int
  language sql immutable
  return 90;

-- Where to begin in a list that is ordered by id, for one person and one day: the same all day long,
-- and somewhere else tomorrow. It lies between the first and the last id of the list, as far from
-- them as a hash says, so the next so many in the order of the index are another part of the list
-- each day, also where ids begin with a time (UUID v7). Nothing has to be sorted.
create or replace function daily_pivot(person uuid, list text, day int, first uuid, last uuid) returns uuid
  language sql immutable
  -- Reckoned with the first 52 bits of each id, which a float holds exactly. One expression, so that
  -- Postgres makes it part of the statement that calls it.
  return rpad(lpad(to_hex(
           (('x' || left(replace(first::text, '-', ''), 13))::bit(52)::bigint
            + trunc((('x' || left(replace(last::text, '-', ''), 13))::bit(52)::bigint
                     - ('x' || left(replace(first::text, '-', ''), 13))::bit(52)::bigint)
                    * (('x' || left(md5(person::text || list || day::text), 8))::bit(32)::bigint / 4294967296.0::float8)
                   ))::bigint), 13, '0'), 32, '0')::uuid;

-- At most 100 of a person's friends, for `base` on that day: all of them, or those behind the pivot. Only
-- an index that is read in order can stop, and so each list costs the same, however long it is. The
-- size is how many friends there are, counted up to 256. Postgres makes it part of the statement that
-- calls it, as long as it has no settings and runs as its caller; so do the next two.
create or replace function sampled_friends(base uuid, person uuid, day int) returns table (ids uuid[], size int)
  language sql stable rows 1
  begin atomic
    select case when cardinality(head.ids) <= 100 then head.ids else array(
                select behind.id
                  from (select public.daily_pivot(base, person::text, day, head.ids[1],
                                 (select friend_id from public.user_friends
                                   where user_id = person order by friend_id desc limit 1)) as id offset 0) as pivot
                 cross join lateral (
                       (select friend_id as id from public.user_friends
                         where user_id = person and friend_id >= pivot.id order by friend_id limit 100)
                        union all
                       (select friend_id from public.user_friends
                         where user_id = person and friend_id < pivot.id order by friend_id limit 100)
                        limit 100) as behind) end,
           case when cardinality(head.ids) <= 100 then cardinality(head.ids) else (
                select count(*)::int
                  from (select from public.user_friends where user_id = person limit 256) as counted) end
      from (select array(select friend_id from public.user_friends
                          where user_id = person order by friend_id limit 101) as ids offset 0) as head
    offset 0;
  end;

-- The same of the people whom a person follows.
create or replace function sampled_follows(base uuid, person uuid, day int) returns table (ids uuid[], size int)
  language sql stable rows 1
  begin atomic
    select case when cardinality(head.ids) <= 100 then head.ids else array(
                select behind.id
                  from (select public.daily_pivot(base, person::text, day, head.ids[1],
                                 (select target_user_id from public.user_follows
                                   where follower_user_id = person order by target_user_id desc limit 1)) as id offset 0) as pivot
                 cross join lateral (
                       (select target_user_id as id from public.user_follows
                         where follower_user_id = person and target_user_id >= pivot.id order by target_user_id limit 100)
                        union all
                       (select target_user_id from public.user_follows
                         where follower_user_id = person and target_user_id < pivot.id order by target_user_id limit 100)
                        limit 100) as behind) end,
           greatest(cardinality(head.ids), (select following from public.user_counters where user_id = person))
      from (select array(select target_user_id from public.user_follows
                          where follower_user_id = person order by target_user_id limit 101) as ids offset 0) as head
    offset 0;
  end;

-- The same of those who take part in a game.
create or replace function sampled_players(base uuid, game text, day int) returns table (ids uuid[], size int)
  language sql stable rows 1
  begin atomic
    select case when cardinality(head.ids) <= 100 then head.ids else array(
                select behind.id
                  from (select public.daily_pivot(base, game, day, head.ids[1],
                                 (select user_id from public.game_participations
                                   where game_id = game order by user_id desc limit 1)) as id offset 0) as pivot
                 cross join lateral (
                       (select user_id as id from public.game_participations
                         where game_id = game and user_id >= pivot.id order by user_id limit 100)
                        union all
                       (select user_id from public.game_participations
                         where game_id = game and user_id < pivot.id order by user_id limit 100)
                        limit 100) as behind) end,
           case when cardinality(head.ids) <= 100 then cardinality(head.ids) else (
                select count(*)::int
                  from (select from public.game_participations where game_id = game limit 256) as counted) end
      from (select array(select user_id from public.game_participations
                          where game_id = game order by user_id limit 101) as ids offset 0) as head
    offset 0;
  end;

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

-- What people do that keeps somebody from being suggested (rule 11.3).

-- Whoever removes somebody does not want to be suggested them for a while (rule 11.3): the one of
-- the two whose doing it is, by whatever statement. Both are held, so that nobody is erased between
-- the look and the row. Nothing is written of somebody who blocks them, such as a contact who is
-- hidden: how long it takes to remove somebody tells no block (rule 0.9).
create or replace function dismiss_removed() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      -- The columns of the two people, by the table.
      ended jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
      one uuid := ended ->> tg_argv[0];
      removed uuid := case viewer when one then (ended ->> tg_argv[1])::uuid else one end;
    begin
      if exists (select from public.user_blocks
                  where blocker_user_id = removed and blocked_user_id = viewer
                    and (expires_at is null or expires_at > statement_timestamp())) then
        return null;
      end if;
      insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
      select person.id, other.id, statement_timestamp()
        from public.users as person, public.users as other
       where person.id = viewer and other.id = removed
         for key share
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
      return null;
    end
  $$;

-- Nor is somebody suggested for a while after they were blocked, however the block ended. Nothing is
-- written while it stands, and nothing of somebody who blocks the blocker too: a block, and taking it
-- back, is the same work as with somebody who is not there (rule 0.9).
create or replace function dismiss_unblocked() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
      select blocker.id, blocked.id, statement_timestamp()
        from public.users as blocker, public.users as blocked
       where blocker.id = old.blocker_user_id and blocked.id = old.blocked_user_id
         and not exists (select from public.user_blocks
                          where blocker_user_id = old.blocked_user_id and blocked_user_id = old.blocker_user_id
                            and (expires_at is null or expires_at > statement_timestamp()))
         for key share
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
      return null;
    end
  $$;

-- Ends what is suggested of the viewer to another, and the other way round, as a block does (rule
-- 8.1). A row that is being computed anew in this moment stays, and is left out when it is read;
-- nobody waits for it.
create or replace function forget_suggestions(other uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.user_similarity
     where (base_user_id, candidate_user_id) in (
           select base_user_id, candidate_user_id from public.user_similarity
            where (base_user_id = public.viewer_id() and candidate_user_id = other)
               or (base_user_id = other and candidate_user_id = public.viewer_id())
              for update skip locked);
  end;
grant execute on function forget_suggestions(uuid) to connections_app;

-- Removes some of the viewer's dismissals that count no longer, also of people who are hidden by now.
create or replace function forget_old_dismissals(most int) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.suggestion_dismissals
     where user_id = public.viewer_id() and other_user_id in (
           select old.other_user_id from public.suggestion_dismissals as old
            where old.user_id = public.viewer_id() and old.created_at <= statement_timestamp() - make_interval(days => public.feedback_days())
            limit most);
  end;
grant execute on function forget_old_dismissals(int) to connections_app;

-- Who is found for a person, within two hops or three (rule 11).

-- What a bridge adds to those behind it: 1 / sqrt(how many it has), that number taken down to a power
-- of two, at most 256. People who hide from the viewer are among those it counts: friends who hide
-- (rule 7.4), and people who block the viewer among the followed and in a game (rule 8.2). The exact
-- number, beside the number that the viewer can see, would tell of one more.
create or replace function bridge_share(behind int) returns double precision
  language sql immutable
  return power(2::float8, width_bucket(behind, array[2, 4, 8, 16, 32, 64, 128, 256]) / -2.0::float8);

-- People within two hops of a person, the best 200, by the bridges between them: friends, people
-- whom the person follows, and the games that the person joined last. At most 100 bridges of a kind
-- (50 games) and 100 people behind each are looked at, whatever the degrees. A bridge counts 1 /
-- sqrt(how many it has), as `bridge_share` takes that: who knows everybody says little. Friends of the
-- person are left out; everything else is for the reader to judge.
--
-- No friendship leads anywhere that one of its people hides (rule 7.4): neither the person, nor the
-- bridge, nor who is reached may have switched off `showInMutualFriends`. So those who hide are
-- left out before the best are chosen: otherwise one of them could push somebody else out, or be
-- among the best for a friendship and be shown for a game. Who follows whom is public.
--
-- Where fewer than 25 are found, those friends of friends lead on, at a twentieth of the weight.
create or replace function similar_people(base uuid, day int)
  returns table (candidate uuid, friend_weight real, follow_weight real, far_weight real, game_weight real,
                 friend_count int, follow_count int, game_count int)
  language sql stable rows 200
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop.
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  begin atomic
    with own as materialized (
      select friend_id as id from public.user_friends where user_id = base
    ), friend as materialized (
      select one.id
        from public.sampled_friends(base, base, day) as sample
       cross join lateral unnest(sample.ids) as one (id)
       where not exists (select from public.user_privacy_settings
                          where user_id = one.id and not show_in_mutual_friends offset 0)
         and not exists (select from public.user_privacy_settings
                          where user_id = base and not show_in_mutual_friends)
    ), friend_bridge as materialized (
      select sample.ids, public.bridge_share(sample.size) as weight
        from friend
       cross join lateral public.sampled_friends(base, friend.id, day) as sample
    ), follow_bridge as materialized (
      select sample.ids, public.bridge_share(sample.size) as weight
        from public.sampled_follows(base, base, day) as own_sample
       cross join lateral unnest(own_sample.ids) as followed (id)
       cross join lateral public.sampled_follows(base, followed.id, day) as sample
       where cardinality(sample.ids) > 0
    ), game as materialized (
      select game_id as id from public.game_participations
       where user_id = base order by joined_at desc, game_id desc limit 50
    ), game_bridge as materialized (
      select sample.ids, public.bridge_share(sample.size) as weight
        from game
       cross join lateral public.sampled_players(base, game.id, day) as sample
    ), friend_step as materialized (
      select step.id, sum(step.weight) as weight, count(*)::int as bridges
        from (select unnest(ids) as id, weight from friend_bridge) as step
       group by step.id
      having step.id <> base and (step.id in (select id from own)) is not true
    ), open_step as materialized (
      select step.id, sum(step.follow_weight) + sum(step.game_weight) as weight, sum(step.follow_weight) as follow_weight,
             sum(step.game_weight) as game_weight, sum(step.follows)::int as follows, sum(step.games)::int as games
        from (select unnest(ids) as id, weight as follow_weight, 0::float8 as game_weight, 1 as follows, 0 as games
                from follow_bridge
               union all
              select unnest(ids), 0::float8, weight, 0, 1 from game_bridge) as step
       group by step.id
      having step.id <> base and (step.id in (select id from own)) is not true
    ), by_friends as materialized (
      -- In order first, so that no more are looked up than are wanted.
      select best.id, best.weight, best.bridges
        from (select id, weight, bridges from friend_step order by weight desc, id) as best
       where not exists (select from public.user_privacy_settings
                          where user_id = best.id and not show_in_mutual_friends offset 0)
       order by best.weight desc, best.id
       limit 200
    ), openly as materialized (
      select id, weight, follow_weight, game_weight, follows, games from open_step order by weight desc, id limit 200
    ), also_by_friends as materialized (
      -- Of those, who is behind a friendship too, but not among the best for that. Behind a friendship
      -- that is hidden there is nobody.
      select step.id, step.weight, step.bridges
        from friend_step as step
       where (step.id in (select id from openly)) is true and (step.id in (select id from by_friends)) is not true
         and not exists (select from public.user_privacy_settings
                          where user_id = step.id and not show_in_mutual_friends offset 0)
    ), near as materialized (
      select best.id, coalesce(open_step.follow_weight, 0) as follow_weight, coalesce(open_step.follows, 0) as follows,
             coalesce(open_step.game_weight, 0) as game_weight, coalesce(open_step.games, 0) as games,
             best.weight as friend_weight, best.bridges as friends, best.weight + coalesce(open_step.weight, 0) as weight
        from by_friends as best
        left join open_step on open_step.id = best.id
       union all
      select openly.id, openly.follow_weight, openly.follows, openly.game_weight, openly.games,
             coalesce(also.weight, 0), coalesce(also.bridges, 0), coalesce(also.weight, 0) + openly.weight
        from openly
        left join also_by_friends as also on also.id = openly.id
       where (openly.id in (select id from by_friends)) is not true
       order by weight desc, id
       limit 200
    ), far as materialized (
      select best.id, best.weight
        from (select further.id, sum(further.weight) as weight
                from (select near.id, near.friend_weight from near
                       where near.friend_weight > 0 and (select count(*) from near) < 25) as lead
               cross join lateral public.sampled_friends(base, lead.id, day) as sample
               cross join lateral (
                     select unnest(sample.ids) as id,
                            lead.friend_weight * public.bridge_share(cardinality(sample.ids)) / 20 as weight) as further
               where further.id <> base and (further.id in (select id from own)) is not true
                 and (further.id in (select id from near)) is not true
               group by further.id
               order by sum(further.weight) desc, further.id) as best
       where not exists (select from public.user_privacy_settings
                          where user_id = best.id and not show_in_mutual_friends offset 0)
       order by best.weight desc, best.id
       limit 100
    )
    select id, friend_weight, follow_weight, 0, game_weight, friends, follows, games from near
     union all
    select id, 0, 0, weight, 0, 0, 0, 0 from far;
  end;

-- Who of those that were found is suggested now (rule 11.3).

-- The people whom a person may know, best first, with what each was found by. Whoever may not be
-- shown by now is left out, whatever was stored (rule 11.3): people who will not be discovered, with
-- a block between the two, whom the person has a tie or an open request with, or has dismissed,
-- removed or declined within `feedback_days`. Nobody is found who is gone: foreign keys see to it.
--
-- A fresh stored result is read; else it is computed. `people_around` are looked at where fewer than
-- `fill` people and 25 more are left by what the person has done, and shown only where fewer than
-- `fill` people would be.
--
-- The work does not hang on who blocks the person (rule 0.9): everything is looked up for everybody,
-- and those who are hidden are left out at last. And what is told of the others does not hang on
-- those who are hidden: scores are shares of the best of those who are shown.
--
-- How many friends the two share is counted now, as `mutualFriendCount` counts it. Where there are
-- none by now, a stored sum over friends counts for nothing: it would tell of a friendship that is
-- hidden since.
create or replace function suggest_people(base uuid, weights double precision[], most int, fill int, stored boolean)
  returns table (candidate uuid, score double precision, friend_weight real, follow_weight real, far_weight real,
                 game_weight real, friend_count int, follow_count int, game_count int, sport_count int, place_share real)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  begin atomic
    with own as materialized (
      select person.id, coalesce(settings.show_in_mutual_friends, true) as shows,
             lower(profile.city) as city, lower(profile.region) as region,
             coalesce(profile.sport_preferences, '{}') as sports,
             floor(extract(epoch from statement_timestamp()) / 86400)::int as day
        from public.users as person
        left join public.user_privacy_settings as settings on settings.user_id = person.id
        left join public.user_profiles as profile on profile.user_id = person.id
       where person.id = base
    ), fresh as materialized (
      select from public.similarity_runs as run
       where stored and run.user_id = base and run.weights = suggest_people.weights
         and run.computed_at > statement_timestamp() - interval '36 hours'
    ), found as materialized (
      select candidate_user_id as id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count
        from public.user_similarity
       where base_user_id = base and exists (select from fresh)
       union all
      select nearby.candidate, nearby.friend_weight, nearby.follow_weight, nearby.far_weight, nearby.game_weight,
             nearby.follow_count, nearby.game_count
        from own
       cross join lateral public.similar_people(own.id, own.day) as nearby
       where not exists (select from fresh)
    ), mine as materialized (
      select friend_id as id from public.user_friends where user_id = base
    ), found_ids as materialized (
      select array(select id from found) as list
    ), privacy as materialized (
      select user_id as id, discoverable, show_in_mutual_friends from public.user_privacy_settings
       where user_id = any ((select list from found_ids)::uuid[]) and not (discoverable and show_in_mutual_friends)
    ), hindered as materialized (
      -- By what the person has done, and by who does not want to be found. In all lists at once, for
      -- everybody who was found.
      select base as id
       union all
      select id from mine
       union all
      select target_user_id from public.user_follows
       where follower_user_id = base and target_user_id = any ((select list from found_ids)::uuid[])
       union all
      select contact_user_id from public.user_contacts
       where owner_user_id = base and contact_user_id = any ((select list from found_ids)::uuid[])
       union all
      select target_user_id from public.user_friend_requests
       where requester_user_id = base and target_user_id = any ((select list from found_ids)::uuid[])
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
       union all
      select requester_user_id from public.user_friend_requests
       where target_user_id = base and requester_user_id = any ((select list from found_ids)::uuid[])
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
       union all
      select other_user_id from public.suggestion_dismissals
       where user_id = base and other_user_id = any ((select list from found_ids)::uuid[])
         and created_at > statement_timestamp() - make_interval(days => public.feedback_days())
       union all
      select id from privacy where not discoverable
    ), left_over as materialized (
      select found.* from found where (found.id in (select id from hindered)) is not true
    ), around as materialized (
      select nearby.candidate as id
        from own
       cross join lateral public.people_around(own.id, own.day) as nearby
       where (select count(*) from left_over) < fill + 25
    ), pool as materialized (
      select id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count,
             (id in (select id from around)) is true as fills
        from left_over
       union all
      select around.id, 0, 0, 0, 0, 0, 0, true
        from around
       where (around.id in (select id from left_over)) is not true
    ), pool_ids as materialized (
      select array(select id from pool) as list
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any ((select list from pool_ids)::uuid[]) and blocked_user_id = base
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       -- Also one that has run out and is not removed yet: then `dismiss_unblocked` takes over.
       where blocker_user_id = base and blocked_user_id = any ((select list from pool_ids)::uuid[])
    ), profile as materialized (
      select user_id as id, sport_preferences as sports, lower(city) as city, lower(region) as region
        from public.user_profiles where user_id = any ((select list from pool_ids)::uuid[])
    ), impression as materialized (
      select other_user_id as id, days
        from public.suggestion_impressions
       where user_id = base and other_user_id = any ((select list from pool_ids)::uuid[])
         and last_shown_on > (statement_timestamp() at time zone 'UTC')::date - public.feedback_days()
    ), judged as materialized (
      select pool.*, (pool.id in (select id from privacy where not show_in_mutual_friends)) is not true as shows,
             profile.sports, profile.city, profile.region, coalesce(impression.days, 0) as days,
             (pool.id in (select id from hidden)) is not true as may_be_shown
        from pool
        left join profile on profile.id = pool.id
        left join impression on impression.id = pool.id
    ), measured as materialized (
      select judged.id, judged.follow_weight, judged.follow_count, judged.game_weight, judged.game_count,
             case when own.shows and judged.shows then judged.friend_weight else 0 end as friend_weight,
             case when own.shows and judged.shows then judged.far_weight else 0 end as far_weight, judged.fills,
             -- Shown on more than three days and not taken up: a fifth less for each further day.
             greatest(power(0.8, greatest(judged.days - 3, 0)), 0.1) as fresh_share,
             sport.shared, sport.share,
             case when judged.city = own.city and (judged.region = own.region) is not false then 1
                  when judged.region = own.region then 0.5
                  else 0 end as place
        from own
       cross join judged
       cross join lateral (
             select common.shared,
                    coalesce(common.shared::float8
                             / nullif(cardinality(own.sports) + cardinality(judged.sports) - common.shared, 0), 0) as share
               from (select count(*)::int as shared from unnest(judged.sports) as theirs (name)
                      where theirs.name = any (own.sports)) as common) as sport
       where judged.may_be_shown
    ), compared as materialized (
      select measured.*, measured.friend_weight + measured.follow_weight + measured.far_weight as mutual,
             max(measured.friend_weight + measured.follow_weight + measured.far_weight) over () as best,
             max(measured.game_weight) over () as best_game
        from measured
       where measured.fills
          or measured.friend_weight + measured.follow_weight + measured.far_weight + measured.game_weight > 0
    ), ranked as materialized (
      select compared.*,
             row_number() over (
               order by compared.mutual = 0 and compared.game_weight = 0,
                        (weights[1] * coalesce(compared.game_weight / nullif(compared.best_game, 0), 0)
                         + weights[2] * compared.share + weights[4] * compared.place
                         + weights[3] * coalesce(compared.mutual / nullif(compared.best, 0), 0)) * compared.fresh_share desc,
                        compared.id) as rank
        from compared
    ), bridges as materialized (
      select mine.id
        from own
       cross join mine
       where own.shows
         and (mine.id in (select user_id from public.user_privacy_settings
                           where user_id = any (array(select id from mine)) and not show_in_mutual_friends)) is not true
    ), counted as materialized (
      select ranked.id, ranked.follow_weight, ranked.far_weight, ranked.game_weight, ranked.follow_count,
             ranked.game_count, ranked.shared, ranked.share, ranked.place, ranked.fresh_share, ranked.fills,
             ranked.best, ranked.best_game, ranked.mutual = ranked.best as was_best, common.friends,
             case when common.friends = 0 then 0 else ranked.friend_weight end as friend_weight,
             case when common.friends = 0 then 0 else ranked.friend_weight end + ranked.follow_weight + ranked.far_weight as mutual
        from ranked
       cross join lateral (
             select case when ranked.friend_weight = 0 then 0 else (
                      select count(*)::int
                        from (select from public.user_friends
                               where user_id = ranked.id and (friend_id in (select id from bridges)) is true
                               limit 100) as friendship) end as friends
             offset 0) as common
       where ranked.rank <= most + 25
    ), scored as (
      select counted.*,
             -- Four digits: sums of fractions differ behind them with the order in which rows are
             -- read, and the score stands in cursors.
             round(((weights[1] * coalesce(counted.game_weight / nullif(counted.best_game, 0), 0)
                     + weights[2] * counted.share + weights[4] * counted.place
                     -- By the best of all, also where that one is too far down to be counted.
                     + weights[3] * coalesce(counted.mutual / nullif(case when bool_or(counted.was_best) over ()
                                                                          then max(counted.mutual) over ()
                                                                          else counted.best end, 0), 0))
                    * counted.fresh_share)::numeric, 4)::float8 as score,
             (counted.mutual = 0 and counted.game_weight = 0)::int as around
        from counted
    ), placed as (
      select scored.*, row_number() over (order by scored.around, scored.score desc, scored.id) as place_in_page
        from scored
       -- Nobody is among those who fill a page for a friendship that is hidden by now.
       where scored.around = 0 or scored.fills
    )
    select id, score, friend_weight, follow_weight, far_weight, game_weight, friends, follow_count, game_count, shared, place
      from placed
     where place_in_page <= case when around = 1 then least(most, fill) else most end
     order by score desc, id;
  end;
grant execute on function suggest_people(uuid, double precision[], int, int, boolean) to connections_service;

-- The same for the viewer: nobody reads anybody else's.
create or replace function my_suggestions(weights double precision[], most int, fill int)
  returns table (candidate uuid, score double precision, friend_count int, follow_count int, game_count int,
                 sport_count int, place_share real)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select candidate, score, friend_count, follow_count, game_count, sport_count, place_share
      from public.suggest_people(public.viewer_id(), weights, most, fill, true)
     where public.viewer_id() is not null;
  end;
grant execute on function my_suggestions(double precision[], int, int) to connections_app;

-- What stands stored for the viewer, as far as it may be shown by now, for `user_similarity_view`;
-- what is older than 36 hours is computed again. Nothing for somebody who was never computed.
create or replace function stored_suggestions(base uuid)
  returns table (candidate uuid, display_name text, score double precision)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select suggestion.candidate, profile.display_name, suggestion.score
      from public.similarity_runs as run
     cross join lateral public.suggest_people(run.user_id, run.weights, 100, 25, true) as suggestion
      left join public.user_profiles as profile on profile.user_id = suggestion.candidate
     where run.user_id = base and base = public.viewer_id();
  end;
grant execute on function stored_suggestions(uuid) to connections_app;

-- What the worker computes ahead of time (rule 11.2).

-- Computes people anew and keeps the best 100 of each: for the worker, some people at a time. It only
-- finds and scores, because who may be shown is decided when it is read. People whom a person follows
-- or keeps as contacts are left out, so that the hundred are not spent on them (friends are left out
-- anyway). What has not changed is not written. Nobody who was erased meanwhile comes back: each row
-- holds both of its people until the end of the transaction, by their foreign keys.
--
-- @return how many people were computed; 0 when one of those it had found was erased meanwhile. Then
-- nothing is written, and the same people can be computed again at once.
create or replace function store_suggestions(people uuid[], weights double precision[]) returns int
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  set work_mem = '64MB'
  as $$
    declare
      stored int;
    begin
      with person as materialized (
        select users.id, lower(profile.city) as city, lower(profile.region) as region,
               coalesce(profile.sport_preferences, '{}') as sports
          from public.users
          left join public.user_profiles as profile on profile.user_id = users.id
         where users.id = any (people)
      ), tied as materialized (
        select follower_user_id as base, target_user_id as other from public.user_follows where follower_user_id = any (people)
         union all
        select owner_user_id, contact_user_id from public.user_contacts where owner_user_id = any (people)
      ), best as materialized (
        select person.id as base, top.*
          from person
         cross join lateral (
               select near.candidate, near.friend_weight, near.follow_weight, near.far_weight, near.game_weight,
                      near.follow_count, near.game_count
                 from (select nearby.*, nearby.friend_weight + nearby.follow_weight + nearby.far_weight as mutual,
                              max(nearby.friend_weight + nearby.follow_weight + nearby.far_weight) over () as best,
                              max(nearby.game_weight) over () as best_game
                         from public.similar_people(person.id, floor(extract(epoch from statement_timestamp()) / 86400)::int) as nearby
                        where ((person.id, nearby.candidate) in (select base, other from tied)) is not true) as near
                 left join public.user_profiles as theirs on theirs.user_id = near.candidate
                cross join lateral (
                      select count(*)::int as shared
                        from unnest(theirs.sport_preferences) as sport (name)
                       where sport.name = any (person.sports) offset 0) as common
                cross join lateral (
                      select case when common.shared = 0 then 0
                                  else common.shared::float8
                                       / (cardinality(person.sports) + cardinality(theirs.sport_preferences) - common.shared)
                              end as sports,
                             case when lower(theirs.city) = person.city and (lower(theirs.region) = person.region) is not false then 1
                                  when lower(theirs.region) = person.region then 0.5
                                  else 0 end as place) as share
                order by weights[1] * coalesce(near.game_weight / nullif(near.best_game, 0), 0) + weights[2] * share.sports
                         + weights[4] * share.place + weights[3] * coalesce(near.mutual / nullif(near.best, 0), 0) desc,
                         near.candidate
                limit 100) as top
      ), before as materialized (
        select kept.base_user_id as base, kept.candidate_user_id as candidate,
               (kept.friend_weight, kept.follow_weight, kept.far_weight, kept.game_weight, kept.follow_count, kept.game_count) as found
          from public.user_similarity as kept where kept.base_user_id = any (people)
      ), gone as (
        delete from public.user_similarity as kept
         where (kept.base_user_id, kept.candidate_user_id) in (
               select before.base, before.candidate from before
                where ((before.base, before.candidate) in (select best.base, best.candidate from best)) is not true)
      ), changed as (
        update public.user_similarity as kept
           set friend_weight = best.friend_weight, follow_weight = best.follow_weight, far_weight = best.far_weight,
               game_weight = best.game_weight, follow_count = best.follow_count, game_count = best.game_count
          from best
          join before on before.base = best.base and before.candidate = best.candidate
           and before.found is distinct from
               (best.friend_weight, best.follow_weight, best.far_weight, best.game_weight, best.follow_count, best.game_count)
         where kept.base_user_id = best.base and kept.candidate_user_id = best.candidate
      ), added as (
        insert into public.user_similarity
               (base_user_id, candidate_user_id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count)
        select best.base, best.candidate, best.friend_weight, best.follow_weight, best.far_weight, best.game_weight,
               best.follow_count, best.game_count
          from best
         where ((best.base, best.candidate) in (select before.base, before.candidate from before)) is not true
      )
      insert into public.similarity_runs as run (user_id, computed_at, weights)
      select id, statement_timestamp(), store_suggestions.weights from person order by id
          on conflict (user_id) do update set computed_at = excluded.computed_at, weights = excluded.weights;
      get diagnostics stored = row_count;
      return stored;
    exception when foreign_key_violation or unique_violation then
      return 0;
    end
  $$;
grant execute on function store_suggestions(uuid[], double precision[]) to connections_worker;

-- Computes the next people behind `after_id`, up to `until_id`: the first `most` who want it, among
-- the next 2,000. Those are people who were active in the last 30 days, or with a friend who has
-- made a friend since the person was computed (rule 11.2), unless they were computed by these
-- weights in the last 12 hours. With `everybody` it is all people.
--
-- What was computed more than 36 hours ago is read by nobody (`suggest_people`). Where it is not
-- computed anew, it is removed on the way.
--
-- @return after whom to go on, null when all have been looked at; and how many were computed
create or replace function compute_suggestions(
    after_id uuid, until_id uuid, weights double precision[], everybody boolean, most int)
  returns table (last_id uuid, computed int)
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  as $$
    declare
      moment timestamptz := statement_timestamp();
      looked int;
      due uuid[];
    begin
      with head as materialized (
        select users.id from public.users
         where users.id > after_id and users.id <= until_id
         order by users.id
         limit 2000
      ), wanted as materialized (
        select head.id
          from head
          left join public.similarity_runs as run on run.user_id = head.id
         where everybody
            or ((run.weights = compute_suggestions.weights and run.computed_at > moment - interval '12 hours') is not true
                and (exists (select from public.activity_days
                              where user_id = head.id and day > (moment at time zone 'UTC')::date - 30)
                     or exists (select from public.user_presence
                                 where user_id = head.id and last_seen_at > moment - interval '30 days')
                     or exists (select from public.user_friends
                                 where user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_follows
                                 where follower_user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_contacts
                                 where owner_user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_friends as mine
                                  join public.user_friends as theirs on theirs.user_id = mine.friend_id
                                 where mine.user_id = head.id
                                   and theirs.created_at > coalesce(run.computed_at, moment - interval '1 day'))))
         order by head.id
         limit most
      )
      select (select count(*) from head), (select array_agg(id order by id) from wanted),
             (select id from head order by id desc limit 1)
        into looked, due, last_id;

      if cardinality(due) = most then
        last_id := due[most];
      elsif looked < 2000 then
        last_id := null;
      end if;
      computed := 0;
      if due is not null then
        computed := public.store_suggestions(due, weights);
        if computed = 0 then
          last_id := after_id;
          return next;
          return;
        end if;
      end if;

      with stale as materialized (
        delete from public.similarity_runs
         where user_id > after_id and user_id <= coalesce(last_id, until_id) and computed_at <= moment - interval '36 hours'
        returning user_id
      )
      delete from public.user_similarity where base_user_id in (select user_id from stale);
      return next;
    end
  $$;
grant execute on function compute_suggestions(uuid, uuid, double precision[], boolean, int) to connections_worker;

-- How long ago the oldest stored suggestions were computed, in seconds; null without any.
create or replace function oldest_suggestions() returns double precision
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select extract(epoch from statement_timestamp() - min(computed_at))::float8 from public.similarity_runs;
  end;
grant execute on function oldest_suggestions() to connections_service;

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

reset role;
revoke create on schema public from connections_facts;

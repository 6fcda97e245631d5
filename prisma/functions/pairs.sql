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

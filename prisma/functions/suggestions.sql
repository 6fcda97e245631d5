-- Functions of suggestions: whom a person may know (rule 11). To change one, see README.md beside
-- this file.

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
        from (select base as id) as person
       cross join lateral (
             select array(select friend_id from public.user_friends
                           where user_id = person.id order by friend_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, base::text, day, head.ids[1],
                                       (select friend_id from public.user_friends
                                         where user_id = person.id order by friend_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select friend_id as id from public.user_friends
                               where user_id = person.id and friend_id >= pivot.id order by friend_id limit 100)
                              union all
                             (select friend_id from public.user_friends
                               where user_id = person.id and friend_id < pivot.id order by friend_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
       cross join lateral unnest(sample.ids) as one (id)
       where not exists (select from public.user_privacy_settings
                          where user_id = one.id and not show_in_mutual_friends offset 0)
         and not exists (select from public.user_privacy_settings
                          where user_id = base and not show_in_mutual_friends)
    ), friend_bridge as materialized (
      select sample.ids,
             public.bridge_share(case when cardinality(head.ids) <= 100 then cardinality(head.ids)
                                      else (select count(*)::int from (select from public.user_friends
                                                                        where user_id = friend.id limit 256) as counted) end) as weight
        from friend
       cross join lateral (
             select array(select friend_id from public.user_friends
                           where user_id = friend.id order by friend_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, friend.id::text, day, head.ids[1],
                                       (select friend_id from public.user_friends
                                         where user_id = friend.id order by friend_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select friend_id as id from public.user_friends
                               where user_id = friend.id and friend_id >= pivot.id order by friend_id limit 100)
                              union all
                             (select friend_id from public.user_friends
                               where user_id = friend.id and friend_id < pivot.id order by friend_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
    ), followed as materialized (
      select one.id
        from (select base as id) as person
       cross join lateral (
             select array(select target_user_id from public.user_follows
                           where follower_user_id = person.id order by target_user_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, base::text, day, head.ids[1],
                                       (select target_user_id from public.user_follows
                                         where follower_user_id = person.id order by target_user_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select target_user_id as id from public.user_follows
                               where follower_user_id = person.id and target_user_id >= pivot.id order by target_user_id limit 100)
                              union all
                             (select target_user_id from public.user_follows
                               where follower_user_id = person.id and target_user_id < pivot.id order by target_user_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
       cross join lateral unnest(sample.ids) as one (id)
    ), follow_bridge as materialized (
      select sample.ids,
             public.bridge_share(greatest(cardinality(sample.ids), counter.following)) as weight
        from followed
       cross join lateral (
             select array(select target_user_id from public.user_follows
                           where follower_user_id = followed.id order by target_user_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, followed.id::text, day, head.ids[1],
                                       (select target_user_id from public.user_follows
                                         where follower_user_id = followed.id order by target_user_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select target_user_id as id from public.user_follows
                               where follower_user_id = followed.id and target_user_id >= pivot.id order by target_user_id limit 100)
                              union all
                             (select target_user_id from public.user_follows
                               where follower_user_id = followed.id and target_user_id < pivot.id order by target_user_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
        left join public.user_counters as counter on counter.user_id = followed.id
       where cardinality(sample.ids) > 0
    ), game as materialized (
      select game_id as id from public.game_participations
       where user_id = base order by joined_at desc, game_id desc limit 50
    ), game_bridge as materialized (
      select sample.ids,
             public.bridge_share(case when cardinality(head.ids) <= 100 then cardinality(head.ids)
                                      else (select count(*)::int from (select from public.game_participations
                                                                        where game_id = game.id limit 256) as counted) end) as weight
        from game
       cross join lateral (
             select array(select user_id from public.game_participations
                           where game_id = game.id order by user_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, game.id, day, head.ids[1],
                                       (select user_id from public.game_participations
                                         where game_id = game.id order by user_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select user_id as id from public.game_participations
                               where game_id = game.id and user_id >= pivot.id order by user_id limit 100)
                              union all
                             (select user_id from public.game_participations
                               where game_id = game.id and user_id < pivot.id order by user_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
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
               cross join lateral (
             select array(select friend_id from public.user_friends
                           where user_id = lead.id order by friend_id limit 101) as ids offset 0) as head
       cross join lateral (
             select case when cardinality(head.ids) <= 100 then head.ids else array(
                      select behind.id
                        from (select public.daily_pivot(base, lead.id::text, day, head.ids[1],
                                       (select friend_id from public.user_friends
                                         where user_id = lead.id order by friend_id desc limit 1)) as id offset 0) as pivot
                       cross join lateral (
                             (select friend_id as id from public.user_friends
                               where user_id = lead.id and friend_id >= pivot.id order by friend_id limit 100)
                              union all
                             (select friend_id from public.user_friends
                               where user_id = lead.id and friend_id < pivot.id order by friend_id limit 100)
                              limit 100) as behind) end as ids offset 0) as sample
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
                                  and created_at > statement_timestamp() - interval '90 days' offset 0)
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

-- The people whom a person may know, best first, with what each was found by. Whoever may not be
-- shown by now is left out, whatever was stored (rule 11.3): people who are gone, who will not be
-- discovered, with a block between the two, whom the person has a tie or an open request with, or
-- has dismissed, removed or declined in the last 90 days.
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
    ), found_ids as materialized (
      select array(select id from found) as list
    ), hindered as materialized (
      -- By what the person has done, and by who does not want to be found. In all lists at once, for
      -- everybody who was found.
      select base as id
       union all
      select friend_id from public.user_friends
       where user_id = base and friend_id = any ((select list from found_ids)::uuid[])
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
         and created_at > statement_timestamp() - interval '90 days'
       union all
      select user_id from public.user_privacy_settings
       where user_id = any ((select list from found_ids)::uuid[]) and not discoverable
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
       where blocker_user_id = base and blocked_user_id = any ((select list from pool_ids)::uuid[])
         and (expires_at is null or expires_at > statement_timestamp())
    ), present as materialized (
      select users.id from public.users where users.id = any ((select list from pool_ids)::uuid[])
    ), hiding as materialized (
      select user_id as id from public.user_privacy_settings
       where user_id = any ((select list from pool_ids)::uuid[]) and not show_in_mutual_friends
    ), profile as materialized (
      select user_id as id, sport_preferences as sports, lower(city) as city, lower(region) as region
        from public.user_profiles where user_id = any ((select list from pool_ids)::uuid[])
    ), impression as materialized (
      select other_user_id as id, days
        from public.suggestion_impressions
       where user_id = base and other_user_id = any ((select list from pool_ids)::uuid[])
         and last_shown_on > (statement_timestamp() at time zone 'UTC')::date - 90
    ), judged as materialized (
      select pool.*, (pool.id in (select id from hiding)) is not true as shows, profile.sports, profile.city, profile.region,
             coalesce(impression.days, 0) as days,
             (pool.id in (select id from hidden)) is not true and (pool.id in (select id from present)) is true as may_be_shown
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
    ), mine as materialized (
      select friend_id as id from public.user_friends where user_id = base
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

-- Whoever removes somebody does not want to be suggested them for a while (rule 11.3): the one of
-- the two whose doing it is, by whatever statement. Both are held, so that nobody is erased between
-- the look and the row.
create or replace function dismiss_removed() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      -- The columns of the two people, by the table.
      ended jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
      one uuid := ended ->> tg_argv[0];
      other uuid := ended ->> tg_argv[1];
    begin
      insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
      select person.id, removed.id, statement_timestamp()
        from public.users as person, public.users as removed
       where person.id = viewer and removed.id = case viewer when one then other else one end
         for key share
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
      return null;
    end
  $$;

-- Ends what is suggested of the viewer to another, and the other way round, as a block does (rule
-- 8.1). A row that is being computed anew in this moment stays, and is left out when it is read;
-- nobody waits for it. The viewer does not get the other suggested once the block is over.
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
    insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
    select viewer.id, blocked.id, statement_timestamp()
      from public.users as viewer, public.users as blocked
     where viewer.id = public.viewer_id() and blocked.id = other
       for key share
        on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
  end;
grant execute on function forget_suggestions(uuid) to connections_app;

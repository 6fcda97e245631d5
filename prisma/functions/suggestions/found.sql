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

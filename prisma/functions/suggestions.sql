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

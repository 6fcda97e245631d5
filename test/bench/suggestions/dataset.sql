-- People for the nightly run of suggestions, the same each time: `person(n)` is the n-th of :users. They live in communities of
-- 150, which lie in 500 cities, and know some people elsewhere: most of those are hubs with up to thousands of friends. Run as
-- superuser with `session_replication_role = replica`: no trigger fires, so what triggers keep is filled here.

create schema if not exists bench;

create or replace function bench.person(n bigint) returns uuid
  language sql immutable parallel safe
  as $$ select overlay(overlay(md5('person ' || n) placing '4' from 13) placing '8' from 17)::uuid $$;

-- A number from 0 to below 1, the same for the same pair of numbers.
create or replace function bench.chance(one bigint, other bigint) returns double precision
  language sql immutable parallel safe
  as $$ select ((hashint8extended(one * 1000003 + other, 42) & 1073741823)::double precision) / 1073741824 $$;

create table bench.people as
  select n, bench.person(n) as id, (n - 1) / 150 as community, (n - 1) / 150 % 500 as city from generate_series(1, :users) as n;

create unique index on bench.people (n);

insert into users (id) select id from bench.people;

insert into usernames (user_id, name) select id, 'person.' || n from bench.people;

insert into user_profiles (user_id, display_name, display_words, city, region, sport_preferences)
select id, 'Person ' || n, array['person', n::text], 'City ' || city, 'Region ' || city % 50,
       (array['climbing', 'running', 'football', 'swimming', 'tennis', 'chess', 'rowing', 'cycling', 'judo', 'golf'])
       [1 + (community + n) % 4 : 2 + (community + n) % 4 + n % 3]
  from bench.people where n % 10 <> 0;

-- One in thirty hides friends, one in fifty cannot be found.
insert into user_privacy_settings (user_id, show_in_mutual_friends, discoverable)
select id, n % 30 <> 7, n % 50 <> 9 from bench.people where n % 30 = 7 or n % 50 = 9;

-- Some fifty friends each: most of the community, some of the city, and people anywhere, the first ones far more often.
create table bench.ties as
  select distinct least(me, them)::int as low, greatest(me, them)::int as high
    from (select n as me,
                 case when step <= 18 then community * 150 + 1 + floor(bench.chance(n, step) * 150)
                      when step <= 23 then (community + 500 * floor(bench.chance(n, 100 + step) * 40))::bigint % ((:users + 149) / 150) * 150
                                           + 1 + floor(bench.chance(n, step) * 150)
                      else 1 + floor(:users * power(bench.chance(n, step), 2))
                  end::bigint as them
            from bench.people cross join generate_series(1, 27) as step) as tie
   where me <> them and them <= :users;

insert into user_friends (user_id, friend_id, friendship_level, created_at)
select mine.id, theirs.id, 'friend', timestamptz '2025-01-01 00:00:00Z' + (tie.low + tie.high) % 600 * interval '1 day'
  from (select low, high, low as me, high as them from bench.ties
         union all
        select low, high, high, low from bench.ties) as tie
  join bench.people as mine on mine.n = tie.me
  join bench.people as theirs on theirs.n = tie.them;

drop table bench.ties;

-- Six follows each, most of them of few.
insert into user_follows (follower_user_id, target_user_id, created_at)
select mine.id, theirs.id, timestamptz '2025-01-01 00:00:00Z' + (tie.me + tie.them) % 600 * interval '1 day'
  from (select distinct n as me, 1 + floor(:users * power(bench.chance(n, 200 + step), 3))::bigint as them
          from bench.people cross join generate_series(1, 6) as step) as tie
  join bench.people as mine on mine.n = tie.me
  join bench.people as theirs on theirs.n = tie.them
 where tie.me <> tie.them;

-- Twenty games each: fifteen of the community with some ten people, four of the city, and one of hundreds.
insert into game_participations (user_id, game_id, joined_at)
select id, game, timestamptz '2025-01-01 00:00:00Z' + (n % 600) * interval '1 day'
  from (select distinct n, id,
               case when step <= 15 then 'c' || community || '-' || floor(bench.chance(n, 300 + step) * 200)
                    when step <= 19 then 'r' || city || '-' || floor(bench.chance(n, 300 + step) * 600)
                    else 'x' || floor(2000 * power(bench.chance(n, 300 + step), 2)) end as game
          from bench.people cross join generate_series(1, 20) as step) as joined;

insert into user_counters (user_id, followers, following)
select id, sum(followers), sum(following)
  from (select target_user_id as id, 1 as followers, 0 as following from user_follows
         union all
        select follower_user_id, 0, 1 from user_follows) as side
 group by id;

-- Three blocks each.
insert into user_blocks (blocker_user_id, blocked_user_id)
select mine.id, theirs.id
  from bench.people as mine cross join unnest(array[1501, 2111, 3307]) as far
  join bench.people as theirs on theirs.n = (mine.n + far - 1) % :users + 1;

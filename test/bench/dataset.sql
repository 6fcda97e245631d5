-- People and their ties for the measurements, in one go and the same each time: `person(n)` is the n-th of :users people.
-- Run as superuser with `session_replication_role = replica`: no trigger fires, so what triggers keep is filled here.

create schema if not exists bench;

create or replace function bench.person(n bigint) returns uuid
  language sql immutable parallel safe
  as $$ select overlay(overlay(md5('person ' || n) placing '4' from 13) placing '8' from 17)::uuid $$;

-- A number from 0 to below 1, the same for the same pair of numbers.
create or replace function bench.chance(one bigint, other bigint) returns double precision
  language sql immutable parallel safe
  as $$ select ((hashint8extended(one * 1000003 + other, 42) & 1073741823)::double precision) / 1073741824 $$;

-- A moment of the last two years, the same for both sides of a tie.
create or replace function bench.moment(one bigint, other bigint) returns timestamptz
  language sql immutable parallel safe
  as $$ select timestamptz '2024-11-01 00:00:00Z' + bench.chance(one, other) * interval '730 days' $$;

-- Everybody who is hidden from the viewer, for the other systems: they leave people out as is usual, by a list of all.
create or replace function bench.hidden_users() returns setof uuid
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  as $$
    select blocked_user_id from public.user_blocks
     where blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid
       and (expires_at is null or expires_at > statement_timestamp())
     union all
    select blocker_user_id from public.user_blocks
     where blocked_user_id = nullif(current_setting('app.user_id', true), '')::uuid and blocker_user_id <> blocked_user_id
       and (expires_at is null or expires_at > statement_timestamp())
  $$;
grant usage on schema bench to connections_app;

-- The people, in the order of their numbers, and the crowd that does nothing but follow the first.
create table bench.people as
  select n, bench.person(n) as id from generate_series(1, greatest(:users, :followers + 1)) as n;

insert into users (id) select id from bench.people;

insert into usernames (user_id, name)
select id, 'person.' || n from bench.people where n <= :users and n % 20 <> 0;

insert into user_profiles (user_id, display_name, display_words, avatar_url, bio, city, region, sport_preferences)
select id, 'Person ' || n, array['person', n::text], 'https://pictures.example/' || id || '.jpg',
       'I am number ' || n || ', and this is what I say of myself.', 'City ' || n % 500, 'Region ' || n % 50,
       array['climbing', 'running', 'sport ' || n % 40]
  from bench.people where n <= :users and n % 10 <> 0;

insert into user_profile_words (user_id, word)
select user_id, word from user_profiles, unnest(display_words) as word;

insert into user_privacy_settings (user_id, allow_friend_requests)
select id, 'friends_of_friends' from bench.people where n <= :users and n % 10 = 3;

-- Everybody is friends with the :friends / 2 before and behind them in a circle, so that neighbours share friends.
insert into user_friends (user_id, friend_id, friendship_level, created_at)
select mine.id, theirs.id, case when bench.chance(tie.low, tie.far) < 0.1 then 'close' else 'friend' end,
       bench.moment(tie.low, tie.far)
  from (select n as low, far, (n + far - 1) % :users + 1 as high
          from generate_series(1, :users) as n, generate_series(1, :friends / 2) as far) as tie
 cross join lateral (values (tie.low, tie.high), (tie.high, tie.low)) as side (me, them)
  join bench.people as mine on mine.n = side.me
  join bench.people as theirs on theirs.n = side.them;

-- Three blocks each, of people far enough away to be no friends.
insert into user_blocks (blocker_user_id, blocked_user_id, created_at)
select mine.id, theirs.id, bench.moment(mine.n, theirs.n)
  from bench.people as mine
 cross join unnest(array[101, 211, 307]) as far
  join bench.people as theirs on theirs.n = (mine.n + far - 1) % :users + 1
 where mine.n <= :users;

-- Thirty contacts ahead, and one who blocks their owner and is hidden.
insert into user_contacts (owner_user_id, contact_user_id, created_at, updated_at)
select mine.id, theirs.id, bench.moment(mine.n, theirs.n), bench.moment(mine.n, theirs.n)
  from bench.people as mine
 cross join (select 2 * step as far from generate_series(1, 30) as step union all select :users - 101) as ahead
  join bench.people as theirs on theirs.n = (mine.n + ahead.far - 1) % :users + 1
 where mine.n <= :users;

-- Five open requests out, and so five in.
insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, created_at, expires_at)
select mine.id, theirs.id, 'friend', bench.moment(mine.n, theirs.n), '2100-01-01'
  from bench.people as mine
 cross join generate_series(401, 405) as far
  join bench.people as theirs on theirs.n = (mine.n + far - 1) % :users + 1
 where mine.n <= :users;

-- Twenty follows each, most of them of few: half of all go to a sixteenth of the people. The first is followed by all of
-- :followers; nobody follows across a block.
insert into user_follows (follower_user_id, target_user_id, created_at)
select mine.id, theirs.id, bench.moment(tie.me, tie.them)
  from (select distinct n as me, 2 + floor((:users - 1) * power(bench.chance(n, step), 4))::bigint as them
          from generate_series(1, :users) as n, generate_series(1, 20) as step
         union all
        select n, 1 from generate_series(2, :followers + 1) as n) as tie
  join bench.people as mine on mine.n = tie.me
  join bench.people as theirs on theirs.n = tie.them
 where tie.me <> tie.them
   and (tie.me - tie.them + :users) % :users not in (101, 211, 307)
   and (tie.them - tie.me + :users) % :users not in (101, 211, 307);

insert into user_counters (user_id, followers, following)
select id, sum(followers), sum(following)
  from (select target_user_id as id, 1 as followers, 0 as following from user_follows
         union all
        select follower_user_id, 0, 1 from user_follows) as side
 group by id;

-- People by how many followers they have, to ask about somebody with few and somebody with many.
create table bench.popular as
  select people.n, counters.user_id as id, counters.followers
    from user_counters as counters join bench.people as people on people.id = counters.user_id
   where counters.followers > 0;
create unique index on bench.people (n);

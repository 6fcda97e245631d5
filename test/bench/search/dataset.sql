-- People for measuring search, the same each time: `person(n)` is the n-th of :users. Run as superuser with
-- `session_replication_role = replica`: no trigger fires, so the words are filled in here.
--
-- 400,000 of a million begin with "marathon": half by their username, half by a word of their display name that is just
-- that. Of the other names few have very many bearers, and most have few, as names do.

create schema if not exists bench;

create or replace function bench.person(n bigint) returns uuid
  language sql immutable parallel safe
  as $$ select overlay(overlay(md5('person ' || n) placing '4' from 13) placing '8' from 17)::uuid $$;

-- Names of two to four syllables.
create table bench.names as
  select n, (select string_agg((array['ma', 'ri', 'an', 'lo', 'ka', 'te', 'su', 'no', 'vi', 'da', 'be', 'jo', 'pe', 'ga', 'ro',
                                      'li', 'zo', 'hu', 'fi', 'sa'])[1 + floor(n / 20 ^ place)::int % 20], '' order by place)
               from generate_series(0, 1 + n % 3) as place) as name
    from generate_series(0, 40010) as n;

-- A number below `most`, small ones far more often.
create or replace function bench.skewed(seed text, most int) returns bigint
  language sql immutable parallel safe
  as $$ select floor(most * (((hashtextextended(seed, 7) & 1073741823)::double precision / 1073741824) ^ 4))::bigint $$;

create table bench.people as
  select person.n, bench.person(person.n) as id, first.name as first_name, last.name as last_name
    from generate_series(1, :users) as person (n)
    join bench.names as first on first.n = bench.skewed('first ' || person.n, 5000)
    join bench.names as last on last.n = 7 + bench.skewed('last ' || person.n, 40000);

insert into users (id) select id from bench.people;

insert into usernames (user_id, name)
select id, case when n <= :users * 0.2 then 'marathon.' || n else first_name || '.' || n end from bench.people;

insert into user_profiles (user_id, display_name, display_words)
select id, initcap(one || ' ' || other), array[one, other]
  from (select id, case when n > :users * 0.2 and n <= :users * 0.4 then 'marathon' else first_name end as one,
               last_name || case when n % 100 = 0 then 'x' else '' end as other
          from bench.people) as named;

insert into user_profile_words (user_id, word)
select distinct user_id, word from user_profiles, unnest(display_words) as word;

-- One in fifty cannot be found.
insert into user_privacy_settings (user_id, discoverable) select id, false from bench.people where n % 50 = 7;

-- The first knows 500 friends, contacts and followed people each, the second 5,000 friends, of all names; the third is blocked by 100,000.
insert into user_friends (user_id, friend_id, friendship_level)
select mine.id, theirs.id, 'friend'
  from (values (1, 500), (2, 5000)) as circle (n, size)
 cross join generate_series(1, 5000) as place
 cross join lateral (values (circle.n, 10 + place * 197), (10 + place * 197, circle.n)) as side (me, them)
  join bench.people as mine on mine.n = side.me
  join bench.people as theirs on theirs.n = side.them
 where place <= circle.size;

insert into user_contacts (owner_user_id, contact_user_id)
select bench.person(1), bench.person(20 + place * 89) from generate_series(1, 500) as place;

insert into user_follows (follower_user_id, target_user_id)
select bench.person(1), bench.person(30 + place * 83) from generate_series(1, 500) as place;

insert into user_blocks (blocker_user_id, blocked_user_id)
select id, bench.person(3) from bench.people where n % 10 = 5;

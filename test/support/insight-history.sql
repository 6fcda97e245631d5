-- 130 days of some people, the same each time: by `chance`, which is the same for the same words. The
-- last day is yesterday. Days are so thin that some have fewer than 10 people.

create function pg_temp.chance(words text) returns double precision language sql immutable
  return (hashtextextended(words, 7) & 1048575) / 1048576.0;
create function pg_temp.person(i int) returns uuid language sql immutable return md5('person ' || i)::uuid;
create function pg_temp.today() returns timestamptz language sql stable
  return date_trunc('day', now() at time zone 'UTC') at time zone 'UTC';

insert into users (id, created_at)
select pg_temp.person(i), pg_temp.today() - interval '130 days' + make_interval(secs => (i - 1) * 130 * 86400.0 / 520)
  from generate_series(1, 520) as i;

-- Sixteen friend requests a day, answered in seconds up to weeks, by people who are there by then.
create temporary table sent as
select gen_random_uuid() as id, pg_temp.person(asker) as asker, pg_temp.person(asked) as asked, at,
       case when luck < 0.5 then 'accepted' when luck < 0.75 then 'rejected' when luck < 0.85 then 'canceled' else 'expired' end
         as status,
       at + make_interval(secs => exp(14.5 * pg_temp.chance('wait ' || day || n))) as answered_at
  from (select day, n, pg_temp.chance('luck ' || day || n) as luck,
               1 + floor(pg_temp.chance('asker ' || day || n) * (day * 4))::int as asker,
               1 + floor(pg_temp.chance('asked ' || day || n) * (day * 4))::int as asked,
               pg_temp.today() - make_interval(days => 130 - day)
                 + make_interval(secs => floor(86400 * pg_temp.chance('at ' || day || n))) as at
          from generate_series(3, 129) as day, generate_series(1, 16) as n) as request
 where asker <> asked;

-- Every third person makes six friends in the first days.
insert into sent
select gen_random_uuid(), person.id, pg_temp.person(1 + (i * 7 + n * 13) % (i - 1)), person.created_at + interval '1 day', 'accepted',
       person.created_at + interval '1 day' + make_interval(secs => 3600 * n * 10)
  from generate_series(21, 500, 3) as i
 cross join generate_series(1, 6) as n
  join users as person on person.id = pg_temp.person(i);

insert into user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, created_at, responded_at, expires_at)
select id, asker, asked, 'friend', status, at, case when status in ('accepted', 'rejected') then answered_at end, at + interval '30 days'
  from sent
 where asker <> asked and (status = 'accepted' or at >= pg_temp.today() - interval '90 days');
insert into friend_requests_archive (id, requester_user_id, target_user_id, friendship_level, status, quiet, created_at, responded_at, expires_at)
select id, asker, asked, 'friend', status, false, at, case when status = 'rejected' then answered_at end, at + interval '30 days'
  from sent
 where asker <> asked and status <> 'accepted' and at < pg_temp.today() - interval '90 days';
-- Requests to become close friends are none of it.
insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, created_at, responded_at, expires_at)
select asker, asked, 'close', 'accepted', at, at + interval '1 minute', at + interval '30 days' from sent limit 300;

insert into activity_days (user_id, day)
select id, (pg_temp.today() at time zone 'UTC')::date - ago
  from users, generate_series(1, 130) as ago
 where (pg_temp.today() at time zone 'UTC')::date - ago >= (created_at at time zone 'UTC')::date
   and pg_temp.chance('active ' || id || ago) < 0.15;

insert into game_invites (inviter_user_id, invitee_user_id, game_id, invited_at, between_friends, outcome, answered_at)
select pg_temp.person(1 + floor(pg_temp.chance('inviter' || day || n) * 260)::int),
       pg_temp.person(261 + floor(pg_temp.chance('invitee' || day || n) * 260)::int), 'game ' || day || ' ' || n, at,
       n % 2 = 0, case when luck < 0.4 + (n % 2 = 0)::int * 0.2 then 'accepted' when luck < 0.8 then 'declined' end,
       case when luck < 0.8 then at + make_interval(days => floor(20 * pg_temp.chance('answer' || day || n))::int) end
  from (select day, n, pg_temp.chance('invite ' || day || n) as luck,
               pg_temp.today() - make_interval(days => day) + interval '9 hours' as at
          from generate_series(1, 130) as day, generate_series(1, 28) as n) as invite;

-- A block a day; every ninth runs out early, and every seventh is of somebody unknown.
insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
select pg_temp.person(1 + day), case when day % 7 = 0 then gen_random_uuid() else pg_temp.person(200 + day * 2) end,
       pg_temp.today() - make_interval(days => day) + interval '10 hours',
       case when day % 9 = 0 then pg_temp.today() - make_interval(days => day - 4) end
  from generate_series(1, 130) as day;
insert into user_reports (reporter_user_id, reported_user_id, reported_at)
select case when n = 2 then pg_temp.person(200 + day * 2) else pg_temp.person(1 + day) end,
       case when n = 2 then pg_temp.person(1 + day) else pg_temp.person(200 + day * 2) end,
       pg_temp.today() - make_interval(days => day) + interval '10 hours' + make_interval(days => offset_days)
  from generate_series(1, 130) as day
 cross join (values (1, -3), (2, -8), (3, -31), (4, 5), (5, 31)) as report (n, offset_days)
 where day % 7 <> 0 and pg_temp.chance('report' || day || n) < case when n = 4 then 0.2 else 0.7 end
   and pg_temp.today() - make_interval(days => day - offset_days) + interval '10 hours' < now();

drop table sent;

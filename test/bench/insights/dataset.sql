-- A year of :users people for measuring insights, the same each time but for today. Run as superuser with
-- `session_replication_role = replica`: no trigger fires, so blocks are counted here.

create schema if not exists bench;

create or replace function bench.person(n bigint) returns uuid
  language sql immutable parallel safe
  as $$ select overlay(overlay(md5('person ' || n) placing '4' from 13) placing '8' from 17)::uuid $$;

create or replace function bench.someone() returns uuid
  language sql volatile
  as $$ select bench.person(1 + floor(random() * :users)::bigint) $$;

create or replace function bench.today() returns timestamptz
  language sql stable
  as $$ select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' $$;

select setseed(0.5);

insert into users (id, created_at)
select bench.person(n), bench.today() - interval '365 days' + make_interval(secs => n * 365 * 86400.0 / :users)
  from generate_series(0, :users - 1) as n;

-- A thirtieth of the people is active on a day.
insert into activity_days (user_id, day)
select bench.someone(), (bench.today() at time zone 'UTC')::date - ago
  from generate_series(1, 365) as ago, generate_series(1, :users / 30)
    on conflict do nothing;

insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, created_at, responded_at, expires_at)
select asker, asked, 'friend', case when luck < 0.6 then 'accepted' when luck < 0.8 then 'rejected' else 'expired' end, at,
       case when luck < 0.8 then at + make_interval(secs => exp(14.5 * random())) end, at + interval '30 days'
  from (select bench.someone() as asker, bench.someone() as asked, random() as luck,
               bench.today() - make_interval(secs => random() * 365 * 86400) as at
          from generate_series(1, :users * 4)) as request
 where asker <> asked;

insert into game_invites (inviter_user_id, invitee_user_id, game_id, invited_at, between_friends, outcome, answered_at)
select inviter, invitee, 'game ' || n, at, n % 2 = 0,
       case when luck < 0.5 then 'accepted' when luck < 0.8 then 'declined' end,
       case when luck < 0.8 then at + make_interval(secs => random() * 20 * 86400) end
  from (select n, bench.someone() as inviter, bench.someone() as invitee, random() as luck,
               bench.today() - make_interval(secs => random() * 365 * 86400) as at
          from generate_series(1, :users) as n) as invite
 where inviter <> invitee;

insert into user_blocks (blocker_user_id, blocked_user_id, created_at)
select bench.someone(), bench.someone(), bench.today() - make_interval(secs => random() * 365 * 86400)
  from generate_series(1, :users / 20)
    on conflict do nothing;

insert into blocks_made (day, slot, made)
select (created_at at time zone 'UTC')::date, 0, count(*) from user_blocks group by 1;

insert into user_reports (reporter_user_id, reported_user_id, reported_at)
select blocker_user_id, blocked_user_id, created_at + make_interval(secs => (random() - 0.8) * 30 * 86400)
  from user_blocks, generate_series(1, 2)
    on conflict do nothing;

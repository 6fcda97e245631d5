-- People for the questions of the timing bench: `t.id('v', 1)` is the first viewer, 'b' those who block all viewers, 'k' more of
-- them, who are blocked back, 'x' those whom nothing ties to a viewer, 'n' and 'm' ids that nobody has, 'o' those whose
-- followers are counted, 'f' their followers, 'c' the crowd that blocks one viewer more, who is 'w'. Run as superuser with
-- `session_replication_role = replica`.

create schema t;

create function t.id(kind text, n bigint) returns uuid
  language sql immutable parallel safe
  as $$ select overlay(overlay(md5(kind || ' ' || n) placing '4' from 13) placing '8' from 17)::uuid $$;

-- Of the token of a link: its kind and number, as long as a token is.
create function t.hash(kind text, n bigint) returns bytea
  language sql immutable parallel safe
  as $$ select sha256(convert_to(kind || lpad(n::text, 43 - length(kind), '0'), 'UTF8')) $$;

insert into users (id)
select t.id(kind, n)
  from (values ('v', :viewers), ('b', :targets), ('k', :targets), ('x', :targets), ('o', :owners), ('f', :followers), ('c', :crowd),
               ('w', 1)) as kinds (kind, many),
       generate_series(1, many) as n;

insert into usernames (user_id, name)
select t.id(kind, n), kind || 'name' || lpad(n::text, 6, '0')
  from unnest(array['b', 'k', 'x']) as kind, generate_series(1, :targets) as n;

insert into user_profiles (user_id, display_name, display_words, bio)
select t.id(kind, n), 'Person ' || kind || n, array['person', kind || n], 'What I say of myself.'
  from unnest(array['b', 'k', 'x']) as kind, generate_series(1, :targets) as n;

insert into user_profile_words (user_id, word)
select user_id, word from user_profiles, unnest(display_words) as word;

-- Settings that let in some people only: friends of friends, and people who have used a link.
insert into user_privacy_settings (user_id, allow_friend_requests)
select t.id('b', n), 'friends_of_friends' from generate_series(1, :targets) as n where n % 2 = 0;

insert into user_blocks (blocker_user_id, blocked_user_id)
select t.id(kind, n), t.id('v', v)
  from unnest(array['b', 'k']) as kind, generate_series(1, :targets) as n, generate_series(1, :viewers) as v;

insert into user_blocks (blocker_user_id, blocked_user_id)
select t.id('c', n), t.id('w', 1) from generate_series(1, :crowd) as n;

-- Blocks between others, so that the index is not of one viewer's alone.
insert into user_blocks (blocker_user_id, blocked_user_id)
select t.id('f', n), t.id('c', (n * 7 + far) % :crowd + 1)
  from generate_series(1, :followers) as n, generate_series(1, 3) as far;

-- Each viewer is friends with some of the strangers, and has contacts who block them.
insert into user_friends (user_id, friend_id, friendship_level)
select side.one, side.other, 'friend'
  from generate_series(1, :viewers) as v, generate_series(1, 30) as n,
       lateral (values (t.id('v', v), t.id('f', n)), (t.id('f', n), t.id('v', v))) as side (one, other);

insert into user_contacts (owner_user_id, contact_user_id)
select t.id('v', v), t.id(kind, n)
  from unnest(array['b', 'k']) as kind, generate_series(1, :viewers) as v, generate_series(1, :targets) as n;

-- Links: alive and dead ones of blockers, dead ones of strangers.
insert into contact_links (maker_user_id, token_hash, revoked_at)
select t.id(left(kind, 1), n), t.hash(kind, n), case when kind like '_dead' then now() end
  from unnest(array['blive', 'bdead', 'xdead']) as kind, generate_series(1, :targets) as n;

-- Requests that were taken back long ago, and open ones: declined by half of the strangers, not answered by the others.
insert into user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, created_at, expires_at)
select t.id('old ' || v, n), t.id('v', v), t.id('b', n), 'friend', 'canceled', now() - interval '9 days', now() + interval '21 days'
  from generate_series(1, :viewers) as v, generate_series(1, :targets) as n;

insert into user_friend_requests
       (id, requester_user_id, target_user_id, friendship_level, status, created_at, responded_at, expires_at)
select t.id('open ' || v, n), t.id('v', v), t.id('x', n), 'friend', case when n % 2 = 0 then 'rejected' else 'pending' end,
       now() - interval '9 days', case when n % 2 = 0 then now() end, now() + interval '21 days'
  from generate_series(1, :viewers) as v, generate_series(1, :targets) as n;

-- A thousand followers each, none of whom blocks anybody who is measured.
insert into user_follows (follower_user_id, target_user_id, created_at)
select t.id('f', (o * 37 + n * 11) % :followers + 1), t.id('o', o), now() - n * interval '1 minute'
  from generate_series(1, :owners) as o, generate_series(1, 1000) as n
    on conflict do nothing;

insert into user_counters (user_id, followers, following)
select id, sum(followers), sum(following)
  from (select target_user_id as id, 1 as followers, 0 as following from user_follows
         union all
        select follower_user_id, 0, 1 from user_follows) as side
 group by id;

-- How two people stand to each other: follows, friend requests, friendships, blocks, and what people allow.
--
-- A party reads its own rows. What one person may know of another's comes from `security definer` functions below,
-- which leave out everybody who is hidden from the one who asks.

create function viewer_id() returns uuid
  language sql stable
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
revoke all on function viewer_id() from public;
grant execute on function viewer_id() to connections_facts;

-- Privacy settings (RULES 9). A person without a row has the defaults.

create table user_privacy_settings (
  user_id uuid primary key references users (id) on delete cascade on update cascade,
  allow_follows text not null default 'everyone'
    constraint follows_are_allowed_to check (allow_follows in ('everyone', 'nobody')),
  allow_friend_requests text not null default 'everyone'
    constraint requests_are_allowed_to check (allow_friend_requests in ('everyone', 'friends_of_friends', 'nobody')),
  discoverable boolean not null default true,
  show_in_mutual_friends boolean not null default true,
  presence_visibility text not null default 'friends'
    constraint presence_is_visible_to check (presence_visibility in ('friends', 'close', 'nobody')),
  default_game_visibility text not null default 'public'
    constraint games_are_visible_to check (default_game_visibility in ('public', 'friends', 'close')),
  notify_friend_joins_game boolean not null default true
);

-- Follows (RULES 5).

create table user_follows (
  follower_user_id uuid not null references users (id) on delete cascade on update cascade,
  target_user_id uuid not null references users (id) on delete cascade on update cascade,
  created_at timestamptz(3) not null default now(),
  primary key (follower_user_id, target_user_id),
  constraint nobody_follows_themselves check (follower_user_id <> target_user_id)
);

create index user_follows_following_idx on user_follows (follower_user_id, created_at desc, target_user_id desc);
create index user_follows_followers_idx on user_follows (target_user_id, created_at desc, follower_user_id desc);

-- How many follows a person has on either side: counting them one by one would make a page about somebody with a million
-- followers as dear as its million. Kept by triggers, in the transaction of the follow.

create table user_counters (
  user_id uuid primary key references users (id) on delete cascade on update cascade,
  followers int not null default 0,
  following int not null default 0,
  constraint nobody_has_less_than_nothing check (followers >= 0 and following >= 0)
);

-- Friend requests (RULES 6). A declined request keeps its row and looks pending to its requester until it expires.

create table user_friend_requests (
  id uuid primary key default gen_random_uuid(),
  requester_user_id uuid not null references users (id) on delete cascade on update cascade,
  target_user_id uuid not null references users (id) on delete cascade on update cascade,
  friendship_level text not null
    constraint a_request_is_for_a_level check (friendship_level in ('friend', 'close')),
  status text not null default 'pending'
    constraint a_request_is_in_one_state check (status in ('pending', 'accepted', 'rejected', 'canceled', 'expired')),
  message text
    constraint a_message_is_short check (char_length(message) <= 120),
  quiet boolean not null default false,
  created_at timestamptz(3) not null default now(),
  responded_at timestamptz(3),
  expires_at timestamptz(3) not null,
  constraint nobody_asks_themselves check (requester_user_id <> target_user_id),
  constraint an_answer_has_a_time check ((status in ('accepted', 'rejected')) <= (responded_at is not null))
);

-- However the two ask each other, at most one of their requests of a level is open.
create unique index user_friend_requests_one_pending_idx on user_friend_requests
  (least(requester_user_id, target_user_id), greatest(requester_user_id, target_user_id), friendship_level)
  where status = 'pending';
create index user_friend_requests_pair_idx on user_friend_requests (requester_user_id, target_user_id);
create index user_friend_requests_outgoing_idx on user_friend_requests (requester_user_id, created_at desc, id desc);
create index user_friend_requests_incoming_idx on user_friend_requests (target_user_id, created_at desc, id desc);

-- How often somebody has declined somebody (RULES 6.4, 6.10). Never shown to the one who was declined.
create table friend_request_declines (
  decliner_user_id uuid not null references users (id) on delete cascade on update cascade,
  requester_user_id uuid not null references users (id) on delete cascade on update cascade,
  declines int not null default 1,
  last_declined_at timestamptz(3) not null default now(),
  primary key (decliner_user_id, requester_user_id)
);
create index friend_request_declines_requester_idx on friend_request_declines (requester_user_id);

-- Friendships (RULES 7): two rows, one a side. The foreign key to the mirror makes half a friendship impossible, and
-- takes the other side along when one is deleted. The friend needs no key to `users`: the mirror has it.

create table user_friends (
  user_id uuid not null references users (id) on delete cascade on update cascade,
  friend_id uuid not null,
  friendship_level text not null
    constraint a_friendship_has_a_level check (friendship_level in ('friend', 'close')),
  created_at timestamptz(3) not null default now(),
  primary key (user_id, friend_id),
  constraint nobody_befriends_themselves check (user_id <> friend_id),
  constraint friendship_has_two_sides foreign key (friend_id, user_id)
    references user_friends (user_id, friend_id) on delete cascade on update cascade deferrable initially deferred
);

-- With the level in it, a page needs nothing but the index: else Postgres prefers to sort all of the other one's rows.
create index user_friends_recent_idx on user_friends (user_id, created_at desc, friend_id desc, friendship_level);
-- 'close' sorts before 'friend'.
create index user_friends_close_first_idx on user_friends (user_id, friendship_level, created_at desc, friend_id desc);

-- Blocks (RULES 8). No foreign key on the blocked side: any UUID can be blocked, so that blocking finds out nothing.

create table user_blocks (
  blocker_user_id uuid not null references users (id) on delete cascade on update cascade,
  blocked_user_id uuid not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  primary key (blocker_user_id, blocked_user_id),
  constraint nobody_blocks_themselves check (blocker_user_id <> blocked_user_id)
);

create index user_blocks_list_idx on user_blocks (blocker_user_id, created_at desc, blocked_user_id desc);
create index user_blocks_blocked_idx on user_blocks (blocked_user_id);

-- What people have used up (RULES 6.7, 7.2): one row a use, kept for as long as it counts.

create table quota_uses (
  id bigint generated always as identity primary key,
  user_id uuid not null references users (id) on delete cascade on update cascade,
  action text not null,
  -- For allowances that are kept for each other person; null for those that are not.
  other_user_id uuid references users (id) on delete cascade on update cascade,
  used_at timestamptz(3) not null default now()
);
create index quota_uses_window_idx on quota_uses (user_id, action, other_user_id, used_at);
create index quota_uses_other_idx on quota_uses (other_user_id);

-- Facts for other services (DESIGN 7), written in the transaction that made them true. Ids only. `version` grows within
-- a pair in the order of the changes, because the pair's lock is held from before it is drawn until the commit.

create table outbox (
  id uuid primary key default gen_random_uuid(),
  version bigint generated always as identity unique,
  kind text not null,
  audience text not null
    constraint an_event_is_for check (audience in ('people', 'services')),
  actor_user_id uuid not null,
  other_user_id uuid not null,
  subject_id uuid,
  level text,
  created_at timestamptz(3) not null default now()
);

-- Bursts (graphql-rate-limit). Unlogged: after a crash everybody starts anew.

create unlogged table rate_limit_buckets (
  bucket text primary key,
  hits timestamptz(3)[] not null
);

do $$
declare
  name text;
begin
  foreach name in array array['user_privacy_settings', 'user_follows', 'user_counters', 'user_friend_requests',
    'friend_request_declines', 'user_friends', 'user_blocks', 'quota_uses', 'outbox', 'rate_limit_buckets']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('grant select on %I to connections_facts', name);
    execute format('create policy facts_reads on %I for select to connections_facts using (true)', name);
  end loop;
end
$$;

-- Privacy settings: one's own.
grant select, insert on user_privacy_settings to connections_app;
grant update (allow_follows, allow_friend_requests, discoverable, show_in_mutual_friends, presence_visibility,
  default_game_visibility, notify_friend_joins_game) on user_privacy_settings to connections_app;
grant select on user_privacy_settings to connections_service;
create policy owner_reads on user_privacy_settings for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_sets on user_privacy_settings for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_changes on user_privacy_settings for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_privacy_settings for select to connections_service using (true);

-- Where either side may do something, the policy is `viewer = any (array[one, other])` and not an `or`: Postgres would read
-- both sides' indexes for an `or`, and with them all rows of a list of which a page was asked for.

-- Follows: the follower makes them, either side ends them.
grant select, insert (follower_user_id, target_user_id), delete on user_follows to connections_app;
grant select on user_follows to connections_service;
create policy party_reads on user_follows for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[follower_user_id, target_user_id]));
create policy party_ends on user_follows for delete to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[follower_user_id, target_user_id]));
create policy service_reads on user_follows for select to connections_service using (true);

-- Counters: one's own to read; written by the triggers alone.
grant select on user_counters to connections_app, connections_service;
grant insert, update on user_counters to connections_facts;
create policy owner_reads on user_counters for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_counters for select to connections_service using (true);
create policy facts_counts on user_counters for insert to connections_facts with check (true);
create policy facts_counts_on on user_counters for update to connections_facts using (true) with check (true);

-- Requests: the requester asks and cancels, the target answers. Nobody writes the parties, the level or the times anew.
grant select, delete, update (status, responded_at),
  insert (requester_user_id, target_user_id, friendship_level, message, quiet, expires_at)
  on user_friend_requests to connections_app;
grant select on user_friend_requests to connections_service;
create policy party_reads on user_friend_requests for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[requester_user_id, target_user_id]));
create policy party_severs on user_friend_requests for delete to connections_app
  using (status in ('pending', 'rejected')
    and (nullif(current_setting('app.user_id', true), '')::uuid = any (array[requester_user_id, target_user_id])));
create policy requester_cancels on user_friend_requests for update to connections_app
  using (status in ('pending', 'rejected') and requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (status = 'canceled' and requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy target_answers on user_friend_requests for update to connections_app
  using (status in ('pending', 'rejected') and expires_at > statement_timestamp()
    and target_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (status in ('accepted', 'rejected')
    and target_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy clock_expires on user_friend_requests for update to connections_app
  using (status = 'pending' and expires_at <= statement_timestamp()
    and (nullif(current_setting('app.user_id', true), '')::uuid = any (array[requester_user_id, target_user_id])))
  with check (status = 'expired' and expires_at <= statement_timestamp());
create policy service_reads on user_friend_requests for select to connections_service using (true);

-- Declines: the decliner's own count.
grant select, insert (decliner_user_id, requester_user_id), update (declines, last_declined_at), delete
  on friend_request_declines to connections_app;
create policy decliner_reads on friend_request_declines for select to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy decliner_counts on friend_request_declines for insert to connections_app
  with check (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy decliner_counts_on on friend_request_declines for update to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy decliner_forgets on friend_request_declines for delete to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- Friendships: either side steps down or ends; making and upgrading one takes an accepted request (fulfil_request).
grant select, update (friendship_level), delete on user_friends to connections_app;
grant select on user_friends to connections_service;
grant insert (user_id, friend_id, friendship_level), update (friendship_level) on user_friends to connections_facts;
create policy party_reads on user_friends for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]));
create policy party_steps_down on user_friends for update to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]))
  with check (friendship_level = 'friend');
create policy party_ends on user_friends for delete to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]));
create policy service_reads on user_friends for select to connections_service using (true);
create policy facts_befriends on user_friends for insert to connections_facts with check (true);
create policy facts_upgrades on user_friends for update to connections_facts using (true) with check (true);

-- Blocks: the blocker's own. The blocked never reads one.
grant select, insert (blocker_user_id, blocked_user_id, expires_at), update (expires_at, created_at), delete
  on user_blocks to connections_app;
grant select on user_blocks to connections_service;
create policy blocker_reads on user_blocks for select to connections_app
  using (blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy blocker_blocks on user_blocks for insert to connections_app
  with check (blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy blocker_changes on user_blocks for update to connections_app
  using (blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy blocker_unblocks on user_blocks for delete to connections_app
  using (blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_blocks for select to connections_service using (true);

-- Quotas: read by their owner, written by use_quota alone.
grant select on quota_uses to connections_app, connections_service;
grant insert (user_id, action, other_user_id, used_at), delete on quota_uses to connections_facts;
create policy owner_reads on quota_uses for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on quota_uses for select to connections_service using (true);
create policy facts_uses on quota_uses for insert to connections_facts with check (true);
create policy facts_forgets on quota_uses for delete to connections_facts using (true);

-- Events: whoever acts writes; only services read.
grant insert (kind, audience, actor_user_id, other_user_id, subject_id, level) on outbox to connections_app;
grant select on outbox to connections_service;
create policy actor_tells on outbox for insert to connections_app
  with check (actor_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on outbox for select to connections_service using (true);

-- Bursts: through reserve_hit and return_hit alone.
grant insert, update on rate_limit_buckets to connections_facts;
create policy facts_counts on rate_limit_buckets for insert to connections_facts with check (true);
create policy facts_counts_on on rate_limit_buckets for update to connections_facts using (true) with check (true);

-- Who is hidden from a person: whoever blocks them, and whomever they block (RULES 8.2).
create function hidden_from(person uuid) returns setof uuid
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select blocked_user_id from public.user_blocks
     where blocker_user_id = person and (expires_at is null or expires_at > statement_timestamp())
     union all
    select blocker_user_id from public.user_blocks
     where blocked_user_id = person and (expires_at is null or expires_at > statement_timestamp())
  $$;

-- Who is hidden from the viewer; nobody is from the anonymous and from services.
create function hidden_users() returns setof uuid
  language sql stable rows 20
  security definer set search_path = ''
  as $$ select public.hidden_from(public.viewer_id()) $$;

-- Only its owner may replace a function; who owns one needs `create` on the schema.
grant create on schema public to connections_facts;
set role connections_facts;
create or replace function visible_users(candidates uuid[]) returns setof uuid
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select person.id
      from public.users as person
     where person.id = any (candidates)
       and person.id not in (select public.hidden_from(public.viewer_id()))
  $$;
reset role;
revoke create on schema public from connections_facts;

-- Everything that two people are to each other, for many pairs at once. Open requests are pending or declined, and not
-- expired. `shares_friend` is only looked up where the answer matters.
create type standing as (
  place int,
  actor uuid,
  other uuid,
  present boolean,
  blocks boolean,
  blocked_by boolean,
  is_contact boolean,
  follows boolean,
  followed_by boolean,
  friendship_level text,
  friends_since timestamptz(3),
  outgoing_friend uuid,
  outgoing_close uuid,
  incoming_friend uuid,
  incoming_close uuid,
  incoming_friend_declined boolean,
  incoming_close_declined boolean,
  allow_follows text,
  allow_friend_requests text,
  shares_friend boolean
);

create function standings(actors uuid[], others uuid[]) returns setof standing
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select pair.place::int, pair.actor, pair.other,
           exists (select from public.users where id = pair.actor)
             and exists (select from public.users where id = pair.other),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.actor and blocked_user_id = pair.other
                      and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.other and blocked_user_id = pair.actor
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
           -- By `case`: an `and` whose left side is null would look all the same.
           case when settings.allow_friend_requests = 'friends_of_friends' then exists (
             select from public.user_friends as mine
               join public.user_friends as theirs
                 on theirs.user_id = pair.other and theirs.friend_id = mine.friend_id
              where mine.user_id = pair.actor) else false end
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
     order by pair.place
  $$;

-- The same, from the viewer to each of the others.
create function my_standings(others uuid[]) returns setof standing
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select (public.standings(array_fill(public.viewer_id(), array[cardinality(others)]), others)).*
     where public.viewer_id() is not null
  $$;

create function is_visible(person uuid) returns boolean
  language sql stable
  security definer set search_path = ''
  as $$ select exists (select from public.visible_users(array[person])) $$;

create function may_follow(person uuid) returns boolean
  language sql stable
  security definer set search_path = ''
  as $$
    select public.is_visible(person)
       and not exists (select from public.user_privacy_settings where user_id = person and allow_follows = 'nobody')
  $$;

-- The database's own word on it: nobody follows or asks across a block, whatever the statement was.
create policy follower_follows on user_follows for insert to connections_app
  with check (follower_user_id = nullif(current_setting('app.user_id', true), '')::uuid and may_follow(target_user_id));
create policy requester_asks on user_friend_requests for insert to connections_app
  with check (requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid
    and status = 'pending' and is_visible(target_user_id));

-- Whether this person has declined the viewer before, so that the next request comes quietly (RULES 6.4).
create function declined_viewer(person uuid) returns boolean
  language sql stable
  security definer set search_path = ''
  as $$
    select exists (select from public.friend_request_declines
                    where decliner_user_id = person and requester_user_id = public.viewer_id())
  $$;

-- Makes the friendship, or the closeness, that the viewer has just accepted: both sides. False when there is no such
-- accepted request of the viewer's, a block stands between the two, or there is no friendship to become close.
create function fulfil_request(request uuid) returns boolean
  language plpgsql
  security definer set search_path = ''
  as $$
    declare
      asked record;
    begin
      select requester_user_id as requester, target_user_id as target, friendship_level as level into asked
        from public.user_friend_requests
       where id = request and status = 'accepted' and target_user_id = public.viewer_id()
         and public.is_visible(requester_user_id);
      if not found then
        return false;
      end if;
      if asked.level = 'close' then
        update public.user_friends set friendship_level = 'close'
         where (user_id = asked.requester and friend_id = asked.target)
            or (user_id = asked.target and friend_id = asked.requester);
        return found;
      end if;
      insert into public.user_friends (user_id, friend_id, friendship_level)
      values (asked.requester, asked.target, 'friend'), (asked.target, asked.requester, 'friend')
          on conflict do nothing;
      return true;
    end
  $$;

-- How many friends a person has, for the limit on both sides of an acceptance.
create function count_friends(person uuid) returns int
  language sql stable
  security definer set search_path = ''
  as $$ select count(*)::int from public.user_friends where user_id = person $$;

-- Uses one of the viewer's allowances, if one is left in the period that ends now: null. Else, when the next is free.
-- Uses of one allowance happen one after the other, in all transactions of all processes.
create function use_quota(what text, other uuid, most int, period interval) returns timestamptz
  language plpgsql
  security definer set search_path = ''
  as $$
    declare
      viewer uuid := public.viewer_id();
      used int;
      oldest timestamptz;
    begin
      perform pg_advisory_xact_lock(hashtextextended('quota:' || viewer || ':' || what || ':' || coalesce(other::text, ''), 0));
      delete from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other
         and used_at <= clock_timestamp() - period;
      select count(*), min(used_at) into used, oldest
        from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other;
      if used >= most then
        return oldest + period;
      end if;
      insert into public.quota_uses (user_id, action, other_user_id, used_at)
      values (viewer, what, other, clock_timestamp());
      return null;
    end
  $$;

-- Pages of other people's followings and followers, newest first, without whoever is hidden from the one who asks.
-- An owner who is not visible has no rows at all; one without follows has one row whose `other` is null.
create function following_pages(owners uuid[], page_size int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3))
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, page.target_user_id, page.created_at
      from public.visible_users(owners) as person (id)
      left join lateral (
           select follow.target_user_id, follow.created_at
             from public.user_follows as follow
            where follow.follower_user_id = person.id
              and (follow.created_at, follow.target_user_id) < (after_at, after_id)
              and follow.target_user_id not in (select public.hidden_from(public.viewer_id()))
            order by follow.created_at desc, follow.target_user_id desc
            limit page_size
           ) as page on true
  $$;

create function follower_pages(owners uuid[], page_size int, after_at timestamptz, after_id uuid)
  returns table (owner uuid, other uuid, since timestamptz(3))
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, page.follower_user_id, page.created_at
      from public.visible_users(owners) as person (id)
      left join lateral (
           select follow.follower_user_id, follow.created_at
             from public.user_follows as follow
            where follow.target_user_id = person.id
              and (follow.created_at, follow.follower_user_id) < (after_at, after_id)
              and follow.follower_user_id not in (select public.hidden_from(public.viewer_id()))
            order by follow.created_at desc, follow.follower_user_id desc
            limit page_size
           ) as page on true
  $$;

-- What can be paged through: all of them, but for those who are hidden from the one who asks. Each hidden person is
-- looked up by key; as a join, Postgres would read all followers of somebody with a million.
create function count_following(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, coalesce(counters.following, 0) - (
           select count((select 1 from public.user_follows
                          where follower_user_id = person.id and target_user_id = hidden.id))::int
             from (select distinct public.hidden_from(public.viewer_id()) as id) as hidden)
      from public.visible_users(owners) as person (id)
      left join public.user_counters as counters on counters.user_id = person.id
  $$;

create function count_followers(owners uuid[]) returns table (owner uuid, count int)
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, coalesce(counters.followers, 0) - (
           select count((select 1 from public.user_follows
                          where follower_user_id = hidden.id and target_user_id = person.id))::int
             from (select distinct public.hidden_from(public.viewer_id()) as id) as hidden)
      from public.visible_users(owners) as person (id)
      left join public.user_counters as counters on counters.user_id = person.id
  $$;

-- Counters are changed in the order of their ids, so that no two follows wait for each other in a circle.
create function count_new_follows() returns trigger
  language plpgsql
  security definer set search_path = ''
  as $$
    begin
      insert into public.user_counters as counters (user_id, followers, following)
      select side.id, sum(side.followers), sum(side.following)
        from made, lateral (values (target_user_id, 1, 0), (follower_user_id, 0, 1)) as side (id, followers, following)
       group by side.id
       order by side.id
          on conflict (user_id) do update
         set followers = counters.followers + excluded.followers, following = counters.following + excluded.following;
      return null;
    end
  $$;

create function count_ended_follows() returns trigger
  language plpgsql
  security definer set search_path = ''
  as $$
    declare
      one record;
    begin
      -- A person who is being erased has no counters any more, and gets none.
      for one in
        select side.id, sum(side.followers) as followers, sum(side.following) as following
          from ended, lateral (values (target_user_id, 1, 0), (follower_user_id, 0, 1)) as side (id, followers, following)
         group by side.id
         order by side.id
      loop
        update public.user_counters
           set followers = user_counters.followers - one.followers, following = user_counters.following - one.following
         where user_id = one.id;
      end loop;
      return null;
    end
  $$;

create trigger follows_made after insert on user_follows
  referencing new table as made for each statement execute function count_new_follows();
create trigger follows_ended after delete on user_follows
  referencing old table as ended for each statement execute function count_ended_follows();

-- Whom the viewer and another share as friends (RULES 7.4), unless one of the three hides it. Their friends see them,
-- so nobody here is hidden by a block from either side.
create function shows_mutual_friends(person uuid) returns boolean
  language sql stable
  security definer set search_path = ''
  as $$
    select not exists (select from public.user_privacy_settings where user_id = person and not show_in_mutual_friends)
  $$;

create function mutual_friend_pages(others uuid[], page_size int, after_id uuid)
  returns table (other uuid, friend uuid)
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, page.friend_id
      from public.visible_users(others) as person (id)
      left join lateral (
           select mine.friend_id
             from public.user_friends as mine
             join public.user_friends as theirs on theirs.user_id = person.id and theirs.friend_id = mine.friend_id
             left join public.user_privacy_settings as settings on settings.user_id = mine.friend_id
            where mine.user_id = public.viewer_id() and mine.friend_id > after_id
              and coalesce(settings.show_in_mutual_friends, true)
              and person.id <> public.viewer_id()
              and public.shows_mutual_friends(person.id) and public.shows_mutual_friends(public.viewer_id())
            order by mine.friend_id
            limit page_size
           ) as page on true
  $$;

create function count_mutual_friends(others uuid[]) returns table (other uuid, count int)
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select person.id, (
           select count(*)::int
             from public.user_friends as mine
             join public.user_friends as theirs on theirs.user_id = person.id and theirs.friend_id = mine.friend_id
             left join public.user_privacy_settings as settings on settings.user_id = mine.friend_id
            where mine.user_id = public.viewer_id()
              and coalesce(settings.show_in_mutual_friends, true)
              and person.id <> public.viewer_id()
              and public.shows_mutual_friends(person.id) and public.shows_mutual_friends(public.viewer_id()))
      from public.visible_users(others) as person (id)
  $$;

-- Counts a hit of the viewer on an action and gives the hits of the period, oldest first, the new one last. The row is
-- locked before it is read, so the hits of one bucket come one after the other, in all transactions of all processes.
create function reserve_hit(action text, period interval) returns timestamptz[]
  language sql
  security definer set search_path = ''
  as $$
    insert into public.rate_limit_buckets as known (bucket, hits)
    select json_build_array(action, public.viewer_id())::text, array[clock_timestamp()]
     where public.viewer_id() is not null
        on conflict (bucket) do update
       set hits = array(select hit from unnest(known.hits) as hit where hit > clock_timestamp() - period order by hit)
                  || clock_timestamp()
    returning hits
  $$;

-- Takes back this very hit: who was refused has not used anything, and the hits of others stay what they are.
create function return_hit(action text, refused timestamptz) returns void
  language sql
  security definer set search_path = ''
  as $$
    update public.rate_limit_buckets
       set hits = hits[:array_position(hits, refused) - 1] || hits[array_position(hits, refused) + 1:]
     where bucket = json_build_array(action, public.viewer_id())::text and refused = any (hits)
  $$;

-- The functions above read whoever's contacts; the one who asks never does.
grant select on user_contacts to connections_facts;
create policy facts_reads on user_contacts for select to connections_facts using (true);

do $$
declare
  made record;
begin
  -- An owner of a function needs `create` on the schema at the moment it becomes one.
  grant create on schema public to connections_facts;
  for made in
    select *
      from (values
        -- About the viewer.
        ('my_standings(uuid[])', 'connections_app'),
        ('may_follow(uuid)', 'connections_app'),
        ('declined_viewer(uuid)', 'connections_app'),
        ('fulfil_request(uuid)', 'connections_app'),
        ('count_friends(uuid)', 'connections_app'),
        ('use_quota(text, uuid, int, interval)', 'connections_app'),
        ('mutual_friend_pages(uuid[], int, uuid)', 'connections_app'),
        ('count_mutual_friends(uuid[])', 'connections_app'),
        ('reserve_hit(text, interval)', 'connections_app'),
        ('return_hit(text, timestamptz)', 'connections_app'),
        -- For whoever asks.
        ('hidden_users()', 'connections_app, connections_service'),
        ('is_visible(uuid)', 'connections_app, connections_service'),
        ('following_pages(uuid[], int, timestamptz, uuid)', 'connections_app, connections_service'),
        ('follower_pages(uuid[], int, timestamptz, uuid)', 'connections_app, connections_service'),
        ('count_following(uuid[])', 'connections_app, connections_service'),
        ('count_followers(uuid[])', 'connections_app, connections_service'),
        ('count_new_follows()', 'connections_facts'),
        ('count_ended_follows()', 'connections_facts'),
        -- About whoever they name.
        ('hidden_from(uuid)', 'connections_service'),
        ('standings(uuid[], uuid[])', 'connections_service'),
        ('shows_mutual_friends(uuid)', 'connections_service')
      ) as functions (signature, callers)
  loop
    execute format('revoke all on function %s from public', made.signature);
    execute format('grant execute on function %s to %s', made.signature, made.callers);
    execute format('alter function %s owner to connections_facts', made.signature);
  end loop;
  revoke create on schema public from connections_facts;
end
$$;

-- Friend requests (rule 6). A declined request keeps its row and looks pending to its requester
-- until it expires.

create table user_friend_requests (
  id uuid primary key default gen_random_uuid(),
  requester_user_id uuid not null references users (id) on delete cascade,
  target_user_id uuid not null references users (id) on delete cascade,
  friendship_level text not null
    constraint a_request_is_for_a_level check (friendship_level in ('friend', 'close')),
  status text not null default 'pending'
    constraint a_request_is_in_one_state check (status in ('pending', 'accepted', 'rejected', 'canceled', 'expired')),
  message text
    constraint a_message_is_short check (char_length(message) <= 120),
  quiet boolean not null default false,
  created_at timestamptz(3) not null default now(),
  responded_at timestamptz(3),
  expires_at timestamptz(3) not null
    constraint a_request_ends_in_the_calendar
    check (expires_at >= '0001-01-01 00:00:00+00' and expires_at < '10000-01-01 00:00:00+00'),
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
-- For the worker, which marks requests as expired and archives what is long over.
create index user_friend_requests_expiry_idx on user_friend_requests (expires_at, id) where status = 'pending';
create index user_friend_requests_over_idx on user_friend_requests (created_at, id)
  where status in ('rejected', 'canceled', 'expired');

-- Requests that have been over for long (rule 6.10), without their messages. For statistics only:
-- no person reads them.

create table friend_requests_archive (
  id uuid primary key,
  requester_user_id uuid not null references users (id) on delete cascade,
  target_user_id uuid not null references users (id) on delete cascade,
  friendship_level text not null
    constraint an_archived_request_was_for_a_level check (friendship_level in ('friend', 'close')),
  status text not null
    constraint an_archived_request_is_over check (status in ('rejected', 'canceled', 'expired')),
  quiet boolean not null,
  created_at timestamptz(3) not null,
  responded_at timestamptz(3),
  expires_at timestamptz(3) not null
);

create index friend_requests_archive_requester_idx on friend_requests_archive (requester_user_id);
create index friend_requests_archive_target_idx on friend_requests_archive (target_user_id);

-- How often somebody has declined somebody (rules 6.4, 6.10). Never shown to the one who was
-- declined.

create table friend_request_declines (
  decliner_user_id uuid not null references users (id) on delete cascade,
  requester_user_id uuid not null references users (id) on delete cascade,
  declines int not null default 1,
  last_declined_at timestamptz(3) not null default now(),
  primary key (decliner_user_id, requester_user_id)
);

create index friend_request_declines_requester_idx on friend_request_declines (requester_user_id);

-- Friendships (rule 7): two rows, one a side. The foreign key to the mirror makes half a friendship
-- impossible, and one whose sides say different levels; and it takes the other side along when one
-- is deleted. The friend needs no key to `users`: the mirror has it.

create table user_friends (
  user_id uuid not null references users (id) on delete cascade,
  friend_id uuid not null,
  friendship_level text not null
    constraint a_friendship_has_a_level check (friendship_level in ('friend', 'close')),
  created_at timestamptz(3) not null default now(),
  primary key (user_id, friend_id),
  constraint nobody_befriends_themselves check (user_id <> friend_id),
  constraint user_friends_mirror_idx unique (friend_id, user_id, friendship_level),
  constraint friendship_has_two_sides foreign key (friend_id, user_id, friendship_level)
    references user_friends (user_id, friend_id, friendship_level) on delete cascade deferrable initially deferred
);

-- With the level in it, a page needs nothing but the index: else Postgres prefers to sort all of
-- the other one's rows.
create index user_friends_recent_idx on user_friends (user_id, created_at desc, friend_id desc, friendship_level);
-- 'close' sorts before 'friend'.
create index user_friends_close_first_idx on user_friends (user_id, friendship_level, created_at desc, friend_id desc);

alter table user_friend_requests enable row level security;
alter table user_friend_requests force row level security;
alter table friend_requests_archive enable row level security;
alter table friend_requests_archive force row level security;
alter table friend_request_declines enable row level security;
alter table friend_request_declines force row level security;
alter table user_friends enable row level security;
alter table user_friends force row level security;

-- Requests: the requester asks and cancels, the target declines; accepting also makes the
-- friendship, and so is done by accept_request. Nobody writes the parties, the level or the times
-- anew, nor says whether it comes quietly.
grant select, delete, update (status, responded_at),
  insert (requester_user_id, target_user_id, friendship_level, message, expires_at)
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
create policy target_declines on user_friend_requests for update to connections_app
  using (status in ('pending', 'rejected') and expires_at > statement_timestamp()
    and target_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (status = 'rejected'
    and target_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy clock_expires on user_friend_requests for update to connections_app
  using (status = 'pending' and expires_at <= statement_timestamp()
    and (nullif(current_setting('app.user_id', true), '')::uuid = any (array[requester_user_id, target_user_id])))
  with check (status = 'expired' and expires_at <= statement_timestamp());
create policy service_reads on user_friend_requests for select to connections_service using (true);
grant select, update (status, responded_at) on user_friend_requests to connections_facts;
create policy facts_reads on user_friend_requests for select to connections_facts using (true);
create policy facts_accepts on user_friend_requests for update to connections_facts
  using (status in ('pending', 'rejected')) with check (status = 'accepted');

-- The worker reads no message, and touches nothing that is open or accepted.
grant select (id, requester_user_id, target_user_id, friendship_level, status, quiet, created_at, responded_at, expires_at),
  update (status), delete on user_friend_requests to connections_worker;
create policy worker_reads on user_friend_requests for select to connections_worker using (status <> 'accepted');
create policy worker_expires on user_friend_requests for update to connections_worker
  using (status = 'pending' and expires_at <= statement_timestamp()) with check (status = 'expired');
create policy worker_archives on user_friend_requests for delete to connections_worker
  using (status in ('rejected', 'canceled', 'expired') and expires_at <= statement_timestamp()
    and created_at <= statement_timestamp() - interval '90 days');

-- The archive.
grant select on friend_requests_archive to connections_service;
create policy service_reads on friend_requests_archive for select to connections_service using (true);
grant insert on friend_requests_archive to connections_worker;
create policy worker_archives on friend_requests_archive for insert to connections_worker with check (true);

-- Declines: the decliner's own count.
grant select, insert (decliner_user_id, requester_user_id), update (declines, last_declined_at), delete
  on friend_request_declines to connections_app;
create policy decliner_reads on friend_request_declines for select to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy decliner_counts_on on friend_request_declines for update to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy decliner_forgets on friend_request_declines for delete to connections_app
  using (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select on friend_request_declines to connections_facts;
create policy facts_reads on friend_request_declines for select to connections_facts using (true);

-- Friendships: either side steps down or ends; making and upgrading one takes an open request
-- (accept_request).
grant select, update (friendship_level), delete on user_friends to connections_app;
grant select on user_friends to connections_service;
create policy party_reads on user_friends for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]));
create policy party_steps_down on user_friends for update to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]))
  with check (friendship_level = 'friend');
create policy party_ends on user_friends for delete to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[user_id, friend_id]));
create policy service_reads on user_friends for select to connections_service using (true);
grant select, insert (user_id, friend_id, friendship_level), update (friendship_level) on user_friends to connections_facts;
create policy facts_reads on user_friends for select to connections_facts using (true);
create policy facts_befriends on user_friends for insert to connections_facts with check (true);
create policy facts_upgrades on user_friends for update to connections_facts using (true) with check (true);

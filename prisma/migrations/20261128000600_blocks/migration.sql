-- Blocks (rule 8). No foreign key on the blocked side: any UUID can be blocked, so that blocking
-- finds out nothing.

create table user_blocks (
  blocker_user_id uuid not null references users (id) on delete cascade,
  blocked_user_id uuid not null,
  created_at timestamptz(3) not null default now()
    constraint a_block_begins_in_the_calendar
    check (created_at >= '0001-01-01 00:00:00+00' and created_at < '10000-01-01 00:00:00+00'),
  expires_at timestamptz(3)
    constraint a_block_ends_in_the_calendar
    check (expires_at >= '0001-01-01 00:00:00+00' and expires_at < '10000-01-01 00:00:00+00'),
  -- What the blocked person was called, as the blocker could see it when they blocked (rule 8.7),
  -- for the block hides it from then on. Null: the blocker saw nothing, or the person was erased
  -- since. Only triggers write it.
  username text,
  display_name text,
  primary key (blocker_user_id, blocked_user_id),
  constraint nobody_blocks_themselves check (blocker_user_id <> blocked_user_id)
);

create index user_blocks_list_idx on user_blocks (blocker_user_id, created_at desc, blocked_user_id desc);
-- Only for reading on from one to the next of all who block somebody. Which of some people block
-- them is to be looked up in the primary key, by all plans alike (prisma/functions/pairs.sql): a
-- condition that is always true keeps this index from every statement that does not say it.
create index user_blocks_blocked_idx on user_blocks (blocked_user_id, blocker_user_id)
  where blocker_user_id <> blocked_user_id;
-- For the worker, which looks every second for blocks that have run out.
create index user_blocks_expiry_idx on user_blocks (expires_at) where expires_at is not null;

alter table user_blocks enable row level security;
alter table user_blocks force row level security;

-- The blocker's own. The blocked never reads one. What the blocked was called is read by the
-- blocker alone, not by services nor by functions.
grant select, insert (blocker_user_id, blocked_user_id, created_at, expires_at), update (expires_at, created_at), delete
  on user_blocks to connections_app;
grant select (blocker_user_id, blocked_user_id, created_at, expires_at) on user_blocks to connections_service;
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
-- The worker looks again before it tells people of each other, and tells services which blocks
-- stand. It ends what has run out by the clock, and nothing else.
grant select (blocker_user_id, blocked_user_id, expires_at), delete on user_blocks to connections_worker;
create policy worker_reads on user_blocks for select to connections_worker using (true);
grant select (blocker_user_id, blocked_user_id, created_at, expires_at), update (username, display_name)
  on user_blocks to connections_facts;
create policy facts_reads on user_blocks for select to connections_facts using (true);
create policy facts_forgets on user_blocks for update to connections_facts
  using (true) with check (username is null and display_name is null);
create policy worker_ends on user_blocks for delete to connections_worker using (expires_at <= statement_timestamp());

-- Events, written in the transaction that made them true. Ids only. `version` grows within a pair
-- in the order of the changes, because the pair's lock is held from before it is drawn until the
-- commit.

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
  game_id text,
  -- Of the request, for whoever follows its trace further.
  traceparent text default nullif(current_setting('app.traceparent', true), ''),
  created_at timestamptz(3) not null default now(),
  -- Not told before.
  due_at timestamptz(3) not null default now(),
  -- Null: it waits. One worker dispatches at a time, so numbers are seen in their order: whoever
  -- has read up to one has missed none before it.
  dispatch_number bigint unique,
  dispatched_at timestamptz(3),
  -- What was told, worked out when it was dispatched.
  data jsonb,
  constraint dispatched_whole check (num_nulls(dispatch_number, dispatched_at, data) in (0, 3))
);

create sequence outbox_dispatch_numbers as bigint owned by outbox.dispatch_number;

-- In the order in which they are dispatched; few of them are not due.
create index outbox_waiting_idx on outbox (version) where dispatch_number is null;
-- For the newest event about the blocks of a pair (record_block_change_of).
create index outbox_block_changes_idx
  on outbox (least(actor_user_id, other_user_id), greatest(actor_user_id, other_user_id), version)
  where kind = 'block.changed';

alter table outbox enable row level security;
alter table outbox force row level security;

-- Viewers write through record_event_once and record_block_change alone, which look whether it is
-- so, and the worker through record_block_change_of; only services read; only the worker dispatches.
grant select on outbox to connections_service;
create policy service_reads on outbox for select to connections_service using (true);
-- Of what they tell of games, services tell this.
grant insert (kind, audience, actor_user_id, other_user_id, game_id) on outbox to connections_service;
create policy service_tells on outbox for insert to connections_service
  with check (kind = 'game.friend_joined' and audience = 'people');
grant select, insert (kind, audience, actor_user_id, other_user_id, subject_id, level, due_at) on outbox to connections_facts;
create policy facts_reads on outbox for select to connections_facts using (true);
create policy facts_tells on outbox for insert to connections_facts with check (true);
grant select, update (dispatch_number, dispatched_at, data) on outbox to connections_worker;
grant usage on sequence outbox_dispatch_numbers to connections_worker;
create policy worker_reads on outbox for select to connections_worker using (true);
create policy worker_dispatches on outbox for update to connections_worker
  using (dispatch_number is null) with check (dispatch_number is not null);
grant delete on outbox to connections_worker;
create policy worker_sweeps on outbox for delete to connections_worker
  using (dispatched_at <= statement_timestamp() - interval '14 days');

-- Where other services want to hear of events, and every event on its way to one. Only the worker
-- gets at them: who has a secret can sign in our name.

create table webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  url text not null
    constraint an_endpoint_has_a_url check (url ~ '^https?://' and length(url) <= 2048),
  -- Null: all.
  kinds text[]
    constraint some_kind_is_wanted check (cardinality(kinds) > 0),
  secret bytea not null,
  -- Deliveries are signed with both until then.
  previous_secret bytea,
  previous_secret_until timestamptz(3),
  state text not null default 'enabled'
    constraint an_endpoint_is check (state in ('enabled', 'disabled')),
  disabled_because text,
  disabled_at timestamptz(3),
  -- Since when there was nothing but failures.
  failing_since timestamptz(3),
  -- It is overloaded, and gets nothing until then.
  paused_until timestamptz(3),
  created_at timestamptz(3) not null default now(),
  constraint secrets_are_long_enough
    check (length(secret) between 24 and 64 and (previous_secret is null or length(previous_secret) between 24 and 64)),
  constraint previous_secret_ends check (num_nulls(previous_secret, previous_secret_until) in (0, 2)),
  constraint disabled_whole check ((state = 'disabled') = (disabled_at is not null))
);

create table webhook_deliveries (
  endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,
  event_id uuid not null references outbox (id) on delete cascade,
  -- The pair of the event, and its dispatch number: deliveries of one pair go in that order.
  lower_user_id uuid not null,
  upper_user_id uuid not null,
  version bigint not null,
  state text not null default 'pending'
    constraint a_delivery_is check (state in ('pending', 'delivered', 'dropped', 'dead')),
  attempts smallint not null default 0,
  next_at timestamptz(3) not null default now(),
  -- Somebody is delivering it, unless it is over.
  leased_until timestamptz(3),
  last_status smallint,
  last_error text,
  finished_at timestamptz(3),
  primary key (endpoint_id, event_id),
  constraint finished_whole check ((state = 'pending') = (finished_at is null))
)
-- Room for the lease, which is on no index, beside the row.
with (fillfactor = 70);

create index webhook_deliveries_event_idx on webhook_deliveries (event_id);
create index webhook_deliveries_due_idx on webhook_deliveries (endpoint_id, next_at) where state = 'pending';
create index webhook_deliveries_dead_idx on webhook_deliveries (endpoint_id) where state = 'dead';
create index webhook_deliveries_order_idx
  on webhook_deliveries (lower_user_id, upper_user_id, version) where state = 'pending';

alter table webhook_endpoints enable row level security;
alter table webhook_endpoints force row level security;
alter table webhook_deliveries enable row level security;
alter table webhook_deliveries force row level security;

grant select, insert, update, delete on webhook_endpoints, webhook_deliveries to connections_worker;
create policy worker_reads on webhook_endpoints for select to connections_worker using (true);
create policy worker_adds on webhook_endpoints for insert to connections_worker with check (true);
create policy worker_changes on webhook_endpoints for update to connections_worker using (true) with check (true);
create policy worker_removes on webhook_endpoints for delete to connections_worker using (true);
create policy worker_reads on webhook_deliveries for select to connections_worker using (true);
create policy worker_adds on webhook_deliveries for insert to connections_worker with check (true);
create policy worker_changes on webhook_deliveries for update to connections_worker using (true) with check (true);
create policy worker_removes on webhook_deliveries for delete to connections_worker using (true);

-- How many there are (event_backlog), and nothing of what is in them.
grant select (state) on webhook_endpoints, webhook_deliveries to connections_facts;
create policy facts_counts on webhook_endpoints for select to connections_facts using (true);
create policy facts_counts on webhook_deliveries for select to connections_facts using (true);

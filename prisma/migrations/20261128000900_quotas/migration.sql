-- What people have used up (rules 6.7, 7.2): one row a use, kept for as long as it counts.

create table quota_uses (
  id bigint generated always as identity primary key,
  user_id uuid not null references users (id) on delete cascade,
  action text not null,
  -- For quotas that are kept for each other person; null for those that are not.
  other_user_id uuid references users (id) on delete cascade,
  used_at timestamptz(3) not null default now()
);
create index quota_uses_window_idx on quota_uses (user_id, action, other_user_id, used_at);
create index quota_uses_other_idx on quota_uses (other_user_id);

-- Calls of the last minute (graphql-rate-limit). Whoever counts one does not wait until it is on
-- the disk (reserve_hits).

create table rate_limit_buckets (
  bucket text primary key,
  hits timestamptz(3)[] not null
);

alter table quota_uses enable row level security;
alter table quota_uses force row level security;
alter table rate_limit_buckets enable row level security;
alter table rate_limit_buckets force row level security;

-- Quotas: read by their owner but for those towards another, which would tell what the other was
-- told; written by use_quota and record_event_once alone.
grant select on quota_uses to connections_app, connections_service;
create policy owner_reads on quota_uses for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid and other_user_id is null);
create policy service_reads on quota_uses for select to connections_service using (true);
grant select, insert (user_id, action, other_user_id, used_at), delete on quota_uses to connections_facts;
create policy facts_reads on quota_uses for select to connections_facts using (true);
create policy facts_uses on quota_uses for insert to connections_facts with check (true);
create policy facts_forgets on quota_uses for delete to connections_facts using (true);

-- Calls: through reserve_hits and return_hits alone.
grant select, insert, update on rate_limit_buckets to connections_facts;
create policy facts_reads on rate_limit_buckets for select to connections_facts using (true);
create policy facts_counts on rate_limit_buckets for insert to connections_facts with check (true);
create policy facts_counts_on on rate_limit_buckets for update to connections_facts using (true) with check (true);

-- The worker removes what counts no more, whatever the quota or limit was.
grant select (id, used_at), delete on quota_uses to connections_worker;
create policy worker_reads on quota_uses for select to connections_worker using (true);
create policy worker_sweeps on quota_uses for delete to connections_worker
  using (used_at <= statement_timestamp() - interval '48 hours');
grant select, delete on rate_limit_buckets to connections_worker;
create policy worker_reads on rate_limit_buckets for select to connections_worker using (true);
create policy worker_sweeps on rate_limit_buckets for delete to connections_worker
  using (coalesce(hits[cardinality(hits)] <= statement_timestamp() - interval '1 hour', true));

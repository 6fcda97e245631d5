-- The worker's own tables: which workers run, and what they do by themselves again and again.

create table workers (
  -- A new one for each process.
  id uuid primary key,
  started_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now()
);

-- One row a task. A run takes the row for a while (`leased_until`) and takes it again with each
-- batch. If it is killed, the lease ends by itself, and another worker continues after the last
-- batch that was committed.

create table worker_tasks (
  name text primary key,
  due_at timestamptz(3) not null default now(),
  -- The run that is under way; null: none is. Whoever takes it over writes another id here, so that
  -- a run that was too slow notices and stops.
  run_id uuid,
  leased_until timestamptz(3),
  started_at timestamptz(3),
  -- Where the next batch begins, in the task's own words; null: at the beginning.
  position text,
  rows bigint not null default 0,
  -- How it went the last time; null: it was never done.
  last_started_at timestamptz(3),
  last_finished_at timestamptz(3),
  last_duration_ms bigint,
  last_rows bigint,
  last_outcome text
    constraint a_task_ends check (last_outcome in ('done', 'failed')),
  constraint a_run_is_whole check (num_nulls(run_id, leased_until, started_at) in (0, 3)),
  constraint an_outcome_is_whole
    check (num_nulls(last_started_at, last_finished_at, last_duration_ms, last_rows, last_outcome) in (0, 5))
);

alter table workers enable row level security;
alter table workers force row level security;
alter table worker_tasks enable row level security;
alter table worker_tasks force row level security;

grant select, insert (id), update (seen_at), delete on workers to connections_worker;
create policy worker_reads on workers for select to connections_worker using (true);
create policy worker_comes on workers for insert to connections_worker with check (true);
create policy worker_is_seen on workers for update to connections_worker using (true) with check (true);
create policy worker_forgets on workers for delete to connections_worker
  using (seen_at <= statement_timestamp() - interval '1 day');
grant select (seen_at) on workers to connections_facts;
create policy facts_counts on workers for select to connections_facts using (true);

grant select, insert (name), update on worker_tasks to connections_worker;
create policy worker_reads on worker_tasks for select to connections_worker using (true);
create policy worker_adds on worker_tasks for insert to connections_worker with check (true);
create policy worker_works on worker_tasks for update to connections_worker using (true) with check (true);
grant select on worker_tasks to connections_service;
create policy service_reads on worker_tasks for select to connections_service using (true);

-- Facts for other services, written in the transaction that made them true. Ids only. `version`
-- grows within a pair in the order of the changes, because the pair's lock is held from before it
-- is drawn until the commit.

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

alter table outbox enable row level security;
alter table outbox force row level security;

-- Whoever acts writes; only services read.
grant insert (kind, audience, actor_user_id, other_user_id, subject_id, level) on outbox to connections_app;
grant select on outbox to connections_service;
create policy actor_tells on outbox for insert to connections_app
  with check (actor_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on outbox for select to connections_service using (true);
grant select, insert (kind, audience, actor_user_id, other_user_id, subject_id, level) on outbox to connections_facts;
create policy facts_reads on outbox for select to connections_facts using (true);
create policy facts_tells on outbox for insert to connections_facts with check (true);

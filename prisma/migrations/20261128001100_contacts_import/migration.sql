-- The move of contacts out of the old auth service (rule 1.7): what of it was removed since, and
-- how far each run has come.

-- Imported contacts that are gone: a later run brings none of them back.

create table contact_import_removals (
  owner_user_id uuid not null references users (id) on delete cascade,
  contact_user_id uuid not null references users (id) on delete cascade,
  removed_at timestamptz(3) not null default now(),
  primary key (owner_user_id, contact_user_id)
);
create index contact_import_removals_contact_idx on contact_import_removals (contact_user_id);

-- Where a run is in its source. The position is the last row's two ids as the source writes them:
-- it orders by them.

create table contact_import_checkpoints (
  name text primary key,
  source text not null,
  rejects_file text not null,
  rejects_bytes bigint not null default 0
    constraint a_file_has_a_size check (rejects_bytes >= 0),
  position_owner text,
  position_contact text,
  batches int not null default 0,
  counts jsonb not null
    constraint counts_have_names check (jsonb_typeof(counts) = 'object'),
  started_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  -- Null: not finished; the next run goes on from the position.
  finished_at timestamptz(3),
  constraint a_position_is_whole check ((position_owner is null) = (position_contact is null))
);

alter table contact_import_removals enable row level security;
alter table contact_import_removals force row level security;
alter table contact_import_checkpoints enable row level security;
alter table contact_import_checkpoints force row level security;

grant select on contact_import_removals to connections_service;
grant select, insert on contact_import_removals to connections_facts;
create policy service_reads on contact_import_removals for select to connections_service using (true);
create policy facts_reads on contact_import_removals for select to connections_facts using (true);
create policy facts_remembers on contact_import_removals for insert to connections_facts with check (true);

grant select, insert, update on contact_import_checkpoints to connections_service;
create policy service_reads on contact_import_checkpoints for select to connections_service using (true);
create policy service_begins on contact_import_checkpoints for insert to connections_service with check (true);
create policy service_goes_on on contact_import_checkpoints for update to connections_service using (true) with check (true);

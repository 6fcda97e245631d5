-- Contacts (rule 1): an owner's own list and nobody else's.

create table user_contacts (
  owner_user_id uuid not null references users (id) on delete cascade,
  contact_user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  -- Came with the move out of the old auth service (rule 1.7).
  imported boolean not null default false,
  primary key (owner_user_id, contact_user_id),
  constraint nobody_is_their_own_contact check (owner_user_id <> contact_user_id),
  constraint a_contact_is_updated_after_it_was_added check (updated_at >= created_at)
);

-- The primary key serves the list (by owner, contact ascending); this one serves erasing a person.
create index user_contacts_contact_user_id_idx on user_contacts (contact_user_id);

alter table user_contacts enable row level security;
alter table user_contacts force row level security;

-- Column grants: a viewer writes no keys after the insert, and no time of adding at all.
grant select, insert (owner_user_id, contact_user_id), update (updated_at), delete on user_contacts to connections_app;
grant select on user_contacts to connections_service;
create policy owner_reads on user_contacts for select to connections_app
  using (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_touches on user_contacts for update to connections_app
  using (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_removes on user_contacts for delete to connections_app
  using (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_contacts for select to connections_service using (true);

-- Contacts are imported through import_contacts alone; the service itself writes none.
grant select, insert, update (created_at, updated_at, imported) on user_contacts to connections_facts;
create policy facts_reads on user_contacts for select to connections_facts using (true);
create policy facts_imports on user_contacts for insert to connections_facts with check (true);
create policy facts_merges on user_contacts for update to connections_facts using (true) with check (true);

-- Roles stand in prisma/roles.sql: they belong to the cluster, not to this database.

revoke all on schema public from public;
grant usage on schema public to connections_app, connections_service, connections_facts;

-- Users: ids only. Whoever is signed in may learn that an id is in use here (other subgraphs say so anyway);
-- whether the person can be *seen* is a different question, answered by visible_users().

create table users (
  id uuid primary key,
  created_at timestamptz(3) not null default now()
);

alter table users enable row level security;
alter table users force row level security;

grant select (id), insert (id) on users to connections_app;
grant select, insert (id) on users to connections_service;
grant select (id) on users to connections_facts;

create policy viewer_reads_ids on users for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid is not null);
create policy viewer_arrives on users for insert to connections_app
  with check (id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on users for select to connections_service using (true);
create policy service_registers on users for insert to connections_service with check (true);
create policy facts_reads on users for select to connections_facts using (true);

-- Contacts: an owner's own list and nobody else's.

create table user_contacts (
  owner_user_id uuid not null references users (id) on delete cascade on update cascade,
  contact_user_id uuid not null references users (id) on delete cascade on update cascade,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
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
create policy owner_adds on user_contacts for insert to connections_app
  with check (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_touches on user_contacts for update to connections_app
  using (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_removes on user_contacts for delete to connections_app
  using (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_contacts for select to connections_service using (true);

-- Which of the candidates the one who asks may see. The only place that decides visibility in SQL.
-- A definer function, because the answer depends on rows that the one who asks must never read.
create function visible_users(candidates uuid[]) returns setof uuid
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select person.id from public.users as person where person.id = any (candidates)
  $$;

-- What the service's readiness compares with the migrations it was built with.
create function applied_migrations() returns setof text
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select migration_name::text
      from public._prisma_migrations
     where finished_at is not null and rolled_back_at is null
  $$;

revoke all on function visible_users(uuid[]), applied_migrations() from public;
grant execute on function visible_users(uuid[]) to connections_app, connections_service;
grant execute on function applied_migrations() to connections_service;
-- An owner of a function needs `create` on the schema at the moment it becomes one.
grant create on schema public to connections_facts;
alter function visible_users(uuid[]) owner to connections_facts;
revoke create on schema public from connections_facts;

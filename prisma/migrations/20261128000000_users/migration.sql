-- Roles stand in prisma/roles.sql: they belong to the cluster, not to this database.
--
-- This is the baseline: first the tables, one file a noun's concern, each with who may read and
-- write it; then all functions; then what asks a function, which are triggers and the policies that
-- depend on other people. A party reads its own rows. What one person may know of another's comes
-- from the functions (prisma/functions), which leave out everybody who is hidden from the one who
-- asks.

revoke all on schema public from public;
grant usage on schema public to connections_app, connections_service, connections_facts, connections_worker;

-- Whoever can make a temporary type or table can put it in front of ours. roles.sql says so too,
-- for the owner of the database may be somebody else than the owner of the tables; to them this
-- says a warning.
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end
$$;

-- Functions belong to connections_facts, and nobody may call one who is not named.
set role connections_facts;
alter default privileges revoke execute on functions from public;
reset role;

-- What is applied is told by applied_migrations() alone.
grant select (migration_name, finished_at, rolled_back_at) on _prisma_migrations to connections_facts;

-- Users: ids only. A person reads their own. Who else is here is answered by visible_users() alone:
-- whoever could read all ids would know of each one who cannot be seen that they block.

create table users (
  id uuid primary key,
  created_at timestamptz(3) not null default now(),
  -- Functions look up this id in place of one that is hidden.
  constraint nobody_has_the_nil_id check (id <> '00000000-0000-0000-0000-000000000000')
);

alter table users enable row level security;
alter table users force row level security;

grant select (id), insert (id) on users to connections_app;
grant select, insert (id) on users to connections_service;
create policy viewer_reads_own_id on users for select to connections_app
  using (id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy viewer_arrives on users for insert to connections_app
  with check (id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on users for select to connections_service using (true);
create policy service_registers on users for insert to connections_service with check (true);

-- People whose accounts are gone, as the account service says, kept until they are erased. They need
-- not be known here.

create table account_deletions (
  user_id uuid primary key,
  event_id text not null,
  received_at timestamptz(3) not null default now()
);

alter table account_deletions enable row level security;
alter table account_deletions force row level security;

grant select, insert (user_id, event_id) on account_deletions to connections_service;
create policy service_reads on account_deletions for select to connections_service using (true);
create policy service_keeps on account_deletions for insert to connections_service with check (true);

-- An import brings people along (import_people).
grant select (id), insert (id) on users to connections_facts;
create policy facts_reads on users for select to connections_facts using (true);
create policy facts_imports on users for insert to connections_facts with check (true);

-- A block keeps what somebody is called (keep_blocked_names), and holds their row meanwhile, so
-- that it is not erased between the two. To hold a row takes the right to update it; nothing passes
-- the check.
grant update (id) on users to connections_facts;
create policy facts_holds on users for update to connections_facts using (true) with check (false);

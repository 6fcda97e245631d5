-- The five roles of this service. Roles belong to the whole Postgres server, not to one database,
-- so they are not in a migration.
--
-- Run it in the service's database, as the owner of that database when it may create roles, else as
-- a superuser; as often as you like. `connections migrate` runs it by itself when a role is missing
-- and it may. No password is set here: give `connections_login` one (`alter role connections_login
-- password '…'`), or another way in.

do $roles$
declare
  wanted record;
  migrator name;
  -- Postgres 15 has no such options: there a role inherits what it is a member of or not by itself,
  -- and the login does not.
  options text := case when current_setting('server_version_num')::int >= 160000 then ' with inherit false, set true' else '' end;
begin
  for wanted in
    select *
      from (values
        -- A transaction on behalf of a signed-in or anonymous person.
        ('connections_app', 'nologin'),
        -- A transaction on behalf of another backend.
        ('connections_service', 'nologin'),
        -- Owns the `security definer` functions that answer what one person may not read about
        -- another. Nobody ever works as this role.
        ('connections_facts', 'nologin'),
        -- What the service logs in as. It owns nothing and inherits nothing: before it becomes one
        -- of the first two it can read no row.
        ('connections_login', 'login'),
        -- What the worker logs in as: it dispatches events, delivers them and tidies up. It owns
        -- nothing; policies name what it may read, change and delete.
        ('connections_worker', 'login')
      ) as roles (name, kind)
     where not exists (select from pg_roles where rolname = roles.name)
  loop
    begin
      execute format(
        'create role %I with %s noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls', wanted.name, wanted.kind);
    exception when duplicate_object or unique_violation then
      null;  -- Somebody else made it in this moment, for another database of the same server.
    end;
  end loop;

  -- The service becomes one of them for one transaction (`set local role`) and never has their
  -- rights without saying so.
  execute 'grant connections_app, connections_service to connections_login' || options;
  execute 'grant connections_service to connections_worker' || options;

  -- Nobody needs a temporary table, and whoever can make one could put it, or a type, in front of
  -- ours.
  execute format('revoke temporary on database %I from public', current_database());

  -- Whoever migrates gives functions to connections_facts, for which Postgres asks that one could
  -- become that role.
  for migrator in
    select current_user
     union
    select pg_get_userbyid(datdba) from pg_database where datname = current_database()
  loop
    if not pg_has_role(migrator, 'connections_facts', case options when '' then 'member' else 'set' end) then
      execute format('grant connections_facts to %I', migrator) || options;
    end if;
  end loop;
end
$roles$;

-- Deadlines stand in the database because only the database can end a wait for a lock. They stand
-- on the login because settings of a role apply to the role that logs in, never to one it becomes
-- later. They are those of a request (src/limits.ts); other work sets its own.
alter role connections_login set statement_timeout = '2s';
alter role connections_login set lock_timeout = '500ms';
alter role connections_login set idle_in_transaction_session_timeout = '10s';
alter role connections_worker set statement_timeout = '60s';
alter role connections_worker set lock_timeout = '5s';
alter role connections_worker set idle_in_transaction_session_timeout = '60s';

-- Before Postgres 17 there is none for a transaction as a whole; the service cancels one that takes
-- too long in any case.
do $deadline$
begin
  if current_setting('server_version_num')::int >= 170000 then
    alter role connections_login set transaction_timeout = '5s';
  end if;
end
$deadline$;

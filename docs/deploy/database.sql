-- The database and its roles, once for each Postgres server. An administrator runs it with psql:
--
--   CONNECTIONS_OWNER_PASSWORD=… CONNECTIONS_LOGIN_PASSWORD=… CONNECTIONS_WORKER_PASSWORD=… psql -v ON_ERROR_STOP=1 -f docs/deploy/database.sql "$ADMIN_URL"
--
-- compose.yaml hands it to a new Postgres. Afterwards `connections migrate` makes the tables, as the owner.

\getenv owner_password CONNECTIONS_OWNER_PASSWORD
\getenv login_password CONNECTIONS_LOGIN_PASSWORD
\getenv worker_password CONNECTIONS_WORKER_PASSWORD

create role connections_owner login nosuperuser nocreatedb nocreaterole password :'owner_password';
create database connections owner connections_owner;

revoke temporary on database connections from public;

\connect connections
\ir ../../prisma/roles.sql
alter role connections_login password :'login_password';
alter role connections_worker password :'worker_password';

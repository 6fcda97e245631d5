-- Functions of migrations: what of the migrations is applied. To change one, see README.md beside
-- this file.

-- What the service's readiness compares with the migrations it was built with.
create or replace function applied_migrations() returns setof text
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select migration_name::text
      from public._prisma_migrations
     where finished_at is not null and rolled_back_at is null;
  end;
grant execute on function applied_migrations() to connections_service;

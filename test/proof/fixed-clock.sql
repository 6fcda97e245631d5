-- Time and ids that are the same each time, for one database: what is compared byte for byte is then compared as it is.
-- Functions of the catalogue belong to each database, and a superuser may replace them.

create schema proof;
grant usage on schema proof to public;
create sequence proof.ids;
grant usage on sequence proof.ids to public;

create or replace function pg_catalog.now() returns timestamptz
  language sql stable parallel safe as $$ select current_setting('proof.now')::timestamptz $$;
create or replace function pg_catalog.transaction_timestamp() returns timestamptz
  language sql stable parallel safe as $$ select current_setting('proof.now')::timestamptz $$;
create or replace function pg_catalog.statement_timestamp() returns timestamptz
  language sql stable parallel safe as $$ select current_setting('proof.now')::timestamptz $$;
create or replace function pg_catalog.clock_timestamp() returns timestamptz
  language sql volatile parallel safe as $$ select current_setting('proof.now')::timestamptz $$;

create or replace function pg_catalog.gen_random_uuid() returns uuid
  language sql volatile
  as $$ select overlay(overlay(md5('proof ' || nextval('proof.ids')) placing '4' from 13) placing '8' from 17)::uuid $$;

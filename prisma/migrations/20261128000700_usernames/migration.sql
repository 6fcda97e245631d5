-- Usernames (rule 2). Stored in their canonical form alone, so that one index says who has which.
--
-- Names and words compare byte by byte (collation "C"), so that a prefix is a range of the index
-- whatever the database's locale: `term >= prefix and term < after_prefix(prefix)`.

create table usernames (
  user_id uuid primary key references users (id) on delete cascade,
  name text collate "C" not null
    constraint a_username_is_canonical check (name ~ '^[a-z][a-z0-9._-]{2,31}$'),
  claimed_at timestamptz(3) not null default now()
);
create unique index usernames_name_idx on usernames (name);

-- Names that nobody else may take for now. Without a person: of somebody who was erased.

create table username_holds (
  name text collate "C" primary key,
  user_id uuid references users (id) on delete set null,
  held_until timestamptz(3) not null
);
create index username_holds_user_idx on username_holds (user_id, held_until);

-- How many people a prefix has decides how a search is planned: a hundred samples of the alphabet
-- would say too little.
alter table usernames alter column name set statistics 1000;

alter table usernames enable row level security;
alter table usernames force row level security;
alter table username_holds enable row level security;
alter table username_holds force row level security;

-- Usernames: one's own to read; written by claim_username alone.
grant select on usernames to connections_app, connections_service;
create policy owner_reads on usernames for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on usernames for select to connections_service using (true);
grant select, insert (user_id, name), update (name, claimed_at) on usernames to connections_facts;
create policy facts_reads on usernames for select to connections_facts using (true);
create policy facts_claims on usernames for insert to connections_facts with check (true);
create policy facts_renames on usernames for update to connections_facts using (true) with check (true);

-- Holds: nobody's to read. Who had which name before is not told.
grant select, insert (name, user_id, held_until), update (user_id, held_until), delete on username_holds to connections_facts;
create policy facts_reads on username_holds for select to connections_facts using (true);
create policy facts_holds on username_holds for insert to connections_facts with check (true);
create policy facts_holds_on on username_holds for update to connections_facts using (true) with check (true);
create policy facts_frees on username_holds for delete to connections_facts using (true);

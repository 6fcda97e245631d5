-- Contact links (rule 4): whoever holds a link's token may keep its maker as a contact, and ask to
-- be friends.

create table contact_links (
  id uuid primary key default gen_random_uuid(),
  maker_user_id uuid not null references users (id) on delete cascade,
  -- Whoever reads the table can use no link: the token is kept nowhere.
  token_hash bytea not null unique
    constraint a_token_is_kept_as_sha_256 check (octet_length(token_hash) = 32),
  label text
    constraint a_label_is_short check (char_length(label) <= 60),
  expires_at timestamptz(3)
    constraint a_link_ends_in_the_calendar
    check (expires_at >= '0001-01-01 00:00:00+00' and expires_at < '10000-01-01 00:00:00+00'),
  max_uses int
    constraint a_link_can_be_used check (max_uses > 0),
  uses int not null default 0,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  constraint uses_never_exceed_the_limit check (uses >= 0 and (max_uses is null or uses <= max_uses)),
  constraint a_use_has_a_time check ((uses > 0) = (last_used_at is not null))
);

-- What a use refers to; the primary key alone would let a use name another maker than its link has.
create unique index contact_links_maker_idx on contact_links (maker_user_id, id);
create index contact_links_list_idx on contact_links (maker_user_id, created_at desc, id desc);

-- Who has used which link. The maker stands here too, so that "has this person used a link of hers"
-- is one index.

create table contact_link_uses (
  link_id uuid not null,
  user_id uuid not null references users (id) on delete cascade,
  maker_user_id uuid not null,
  created_at timestamptz(3) not null default now(),
  primary key (link_id, user_id),
  foreign key (maker_user_id, link_id) references contact_links (maker_user_id, id)
    on delete cascade,
  constraint nobody_uses_their_own_link check (user_id <> maker_user_id)
);

create index contact_link_uses_pair_idx on contact_link_uses (user_id, maker_user_id);
create index contact_link_uses_link_idx on contact_link_uses (maker_user_id, link_id);

alter table contact_links enable row level security;
alter table contact_links force row level security;
alter table contact_link_uses enable row level security;
alter table contact_link_uses force row level security;

-- Links: the maker makes, reads and revokes them, for good. Nobody reads a hash, and nobody writes
-- what was counted: a new link has no uses.
grant select (id, maker_user_id, label, expires_at, max_uses, uses, last_used_at, revoked_at, created_at),
  insert (maker_user_id, token_hash, label, expires_at, max_uses, uses), update (revoked_at)
  on contact_links to connections_app;
grant select (id, maker_user_id, label, expires_at, max_uses, uses, last_used_at, revoked_at, created_at)
  on contact_links to connections_service;
create policy maker_reads on contact_links for select to connections_app
  using (maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy maker_makes on contact_links for insert to connections_app
  with check (uses = 0 and maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy maker_revokes on contact_links for update to connections_app
  using (revoked_at is null and maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (revoked_at is not null and maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on contact_links for select to connections_service using (true);
grant select, update (uses, last_used_at) on contact_links to connections_facts;
create policy facts_reads on contact_links for select to connections_facts using (true);
create policy facts_counts on contact_links for update to connections_facts using (true) with check (true);

-- The worker removes links that have been dead for long (rule 4.7).
grant select (id, maker_user_id, expires_at, revoked_at), delete on contact_links to connections_worker;
create policy worker_reads on contact_links for select to connections_worker using (true);
create policy worker_sweeps on contact_links for delete to connections_worker
  using (least(revoked_at, expires_at) <= statement_timestamp() - interval '90 days');

-- Uses: through functions alone. Nobody reads who it was, the maker least of all (rule 4.5).
grant select, insert (link_id, user_id, maker_user_id), delete on contact_link_uses to connections_facts;
create policy facts_reads on contact_link_uses for select to connections_facts using (true);
create policy facts_remembers on contact_link_uses for insert to connections_facts with check (true);
create policy facts_forgets on contact_link_uses for delete to connections_facts using (true);
-- Whether a link has any, not whose they are.
grant select (link_id, maker_user_id) on contact_link_uses to connections_worker;
create policy worker_reads on contact_link_uses for select to connections_worker using (true);

-- Follows (rule 5).

create table user_follows (
  follower_user_id uuid not null references users (id) on delete cascade,
  target_user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  primary key (follower_user_id, target_user_id),
  constraint nobody_follows_themselves check (follower_user_id <> target_user_id)
);

create index user_follows_following_idx on user_follows (follower_user_id, created_at desc, target_user_id desc);
create index user_follows_followers_idx on user_follows (target_user_id, created_at desc, follower_user_id desc);

-- How many follows a person has on either side: counting them one by one would make a page about
-- somebody with a million followers as dear as its million. Kept by triggers, in the transaction of
-- the follow.

create table user_counters (
  user_id uuid primary key references users (id) on delete cascade,
  followers int not null default 0,
  following int not null default 0,
  constraint nobody_has_less_than_nothing check (followers >= 0 and following >= 0)
);

alter table user_follows enable row level security;
alter table user_follows force row level security;
alter table user_counters enable row level security;
alter table user_counters force row level security;

-- The follower makes them, either side ends them.
--
-- Where either side may do something, the policy is `viewer = any (array[one, other])` and not an
-- `or`: Postgres would read both sides' indexes for an `or`, and with them all rows of a list of
-- which a page was asked for.
grant select, insert (follower_user_id, target_user_id), delete on user_follows to connections_app;
grant select on user_follows to connections_service;
create policy party_reads on user_follows for select to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[follower_user_id, target_user_id]));
create policy party_ends on user_follows for delete to connections_app
  using (nullif(current_setting('app.user_id', true), '')::uuid = any (array[follower_user_id, target_user_id]));
create policy service_reads on user_follows for select to connections_service using (true);
grant select on user_follows to connections_facts;
create policy facts_reads on user_follows for select to connections_facts using (true);

-- Counters: one's own to read; written by the triggers alone.
grant select on user_counters to connections_app, connections_service;
create policy owner_reads on user_counters for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_counters for select to connections_service using (true);
grant select, insert, update on user_counters to connections_facts;
create policy facts_reads on user_counters for select to connections_facts using (true);
create policy facts_counts on user_counters for insert to connections_facts with check (true);
create policy facts_counts_on on user_counters for update to connections_facts using (true) with check (true);

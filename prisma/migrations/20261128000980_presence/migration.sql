-- Presence (rule 10): when a person was last here. Nobody without a row ever sent a heartbeat.
--
-- Each heartbeat writes its row anew, so each page keeps room for that: a new version beside the old
-- one touches no index. There is none but the key for the same reason. Written by keep_activity alone,
-- once a second for everybody who was here.

create table user_presence (
  user_id uuid primary key references users (id) on delete cascade,
  last_seen_at timestamptz(3) not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

alter table user_presence enable row level security;
alter table user_presence force row level security;

-- One's own. Of others a person reads through my_presences and close_first_friends, which show what
-- their settings allow.
grant select on user_presence to connections_app;
create policy owner_reads on user_presence for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select on user_presence to connections_service;
create policy service_reads on user_presence for select to connections_service using (true);
grant select, insert, update (last_seen_at) on user_presence to connections_facts;
create policy facts_reads on user_presence for select to connections_facts using (true);
create policy facts_keeps on user_presence for insert to connections_facts with check (true);
create policy facts_moves_on on user_presence for update to connections_facts using (true) with check (true);

-- Who was here was active on that day (rule 16.3).
grant select, insert on activity_days to connections_facts;
create policy facts_reads on activity_days for select to connections_facts using (true);
create policy facts_keeps on activity_days for insert to connections_facts with check (true);

-- Insights (rule 14): sums that name nobody.

-- What a measure has counted (insight_of). A row is of one day or, where fewer than 10 people are
-- behind a day, of as many days in a row as have 10: so no row, and no difference of rows, is of
-- fewer. Rows of a measure follow each other without gaps.

create table insight_rollups (
  measure text not null,
  first_day date not null,
  last_day date not null,
  people bigint not null
    constraint no_group_is_small check (people >= 10),
  sums jsonb not null,
  primary key (measure, first_day),
  constraint insight_days_are_in_order check (first_day <= last_day)
);

-- How many blocks were made on a day, whatever has become of them. Written by a trigger. A day has
-- several places, so that people who block at the same time do not wait for each other.

create table blocks_made (
  day date not null,
  slot int not null,
  made int not null,
  primary key (day, slot)
);

-- What happened on a day.
create index users_created_idx on users (created_at);
create index user_friend_requests_created_idx on user_friend_requests (created_at);
create index friend_requests_archive_created_idx on friend_requests_archive (created_at);
create index user_blocks_created_idx on user_blocks (created_at);

alter table insight_rollups enable row level security;
alter table insight_rollups force row level security;
alter table blocks_made enable row level security;
alter table blocks_made force row level security;

-- The worker writes what insight_of gives it, and counts the latest days anew.
grant select on insight_rollups to connections_service;
create policy service_reads on insight_rollups for select to connections_service using (true);
grant select, insert, delete on insight_rollups to connections_worker;
create policy worker_reads on insight_rollups for select to connections_worker using (true);
create policy worker_rolls_up on insight_rollups for insert to connections_worker with check (true);
create policy worker_counts_anew on insight_rollups for delete to connections_worker using (true);

grant select, insert, update (made) on blocks_made to connections_facts;
create policy facts_reads on blocks_made for select to connections_facts using (true);
create policy facts_counts on blocks_made for insert to connections_facts with check (true);
create policy facts_counts_on on blocks_made for update to connections_facts using (true) with check (true);

-- What insight_of counts, beside days of activity, which functions read already.
grant select (created_at) on users to connections_facts;
grant select (requester_user_id, target_user_id, friendship_level, status, created_at, responded_at)
  on friend_requests_archive to connections_facts;
create policy facts_counts on friend_requests_archive for select to connections_facts using (true);
grant select (inviter_user_id, invitee_user_id, invited_at, between_friends, outcome, answered_at)
  on game_invites to connections_facts;
create policy facts_counts on game_invites for select to connections_facts using (true);
grant select on user_reports to connections_facts;
create policy facts_counts on user_reports for select to connections_facts using (true);

-- Suggestions (rule 11): whom a person may know. What is stored here was computed for a person some
-- time ago. Whether somebody may be shown is decided when it is read, never here.

-- The people who were found for a person, with what each of them scores by. A reader makes the scores,
-- among those who may be shown by then.

create table user_similarity (
  base_user_id uuid not null references users (id) on delete cascade,
  candidate_user_id uuid not null references users (id) on delete cascade,
  -- Sums over the bridges between the two, each 1 / sqrt(how many it has).
  friend_weight real not null,
  follow_weight real not null,
  -- The same of the third hop, where a person has few candidates.
  far_weight real not null,
  game_weight real not null,
  -- How many bridges there were. Friends are counted when it is read, and so are sports and the place.
  follow_count int not null,
  game_count int not null,
  primary key (base_user_id, candidate_user_id),
  constraint nobody_is_suggested_to_themselves check (base_user_id <> candidate_user_id)
);

create index user_similarity_candidate_idx on user_similarity (candidate_user_id);

-- When a person was computed, and with which weights: games, sports, mutual, place. What is older
-- than 36 hours, or was computed with other weights, is computed again by its reader.

create table similarity_runs (
  user_id uuid primary key references users (id) on delete cascade,
  computed_at timestamptz(3) not null,
  weights double precision[] not null
    constraint there_are_four_weights check (cardinality(weights) = 4)
);

-- For how old the oldest is.
create index similarity_runs_computed_idx on similarity_runs (computed_at);

-- Whom a person does not want to be suggested: dismissed, or removed or declined by them (rule
-- 11.3). Counts for 90 days.

create table suggestion_dismissals (
  user_id uuid not null references users (id) on delete cascade,
  other_user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, other_user_id),
  constraint nobody_dismisses_themselves check (user_id <> other_user_id)
);

create index suggestion_dismissals_other_idx on suggestion_dismissals (other_user_id);

-- On how many days a person was shown a suggestion. Counts for 90 days after the last.

create table suggestion_impressions (
  user_id uuid not null references users (id) on delete cascade,
  other_user_id uuid not null references users (id) on delete cascade,
  days int not null default 1
    constraint a_suggestion_was_shown_on_a_day check (days > 0),
  last_shown_on date not null,
  primary key (user_id, other_user_id),
  constraint nobody_is_shown_themselves check (user_id <> other_user_id)
);

create index suggestion_impressions_other_idx on suggestion_impressions (other_user_id);

-- People of one place, by id: for people who have few bridges to anybody.
create index user_profiles_city_idx on user_profiles (lower(city), user_id) where city is not null;
create index user_profiles_region_idx on user_profiles (lower(region), user_id) where region is not null;

-- The games that a person joined last.
create index game_participations_latest_idx on game_participations (user_id, joined_at desc, game_id desc);

alter table user_similarity enable row level security;
alter table user_similarity force row level security;
alter table similarity_runs enable row level security;
alter table similarity_runs force row level security;
alter table suggestion_dismissals enable row level security;
alter table suggestion_dismissals force row level security;
alter table suggestion_impressions enable row level security;
alter table suggestion_impressions force row level security;

-- That a person was computed: their own to read. Whom they were computed to be like is read through
-- user_similarity_view alone, which leaves out everybody who may not be shown by now. Both are
-- written by functions: store_suggestions, and those that a block and an erased person fire.
grant select on similarity_runs to connections_app;
create policy owner_reads on similarity_runs for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on user_similarity, similarity_runs to connections_facts;
create policy facts_reads on user_similarity for select to connections_facts using (true);
create policy facts_stores on user_similarity for insert to connections_facts with check (true);
create policy facts_stores_anew on user_similarity for update to connections_facts using (true) with check (true);
create policy facts_forgets on user_similarity for delete to connections_facts using (true);
create policy facts_reads on similarity_runs for select to connections_facts using (true);
create policy facts_stores on similarity_runs for insert to connections_facts with check (true);
create policy facts_stores_anew on similarity_runs for update to connections_facts using (true) with check (true);
create policy facts_forgets on similarity_runs for delete to connections_facts using (true);

-- Dismissals and impressions: one's own. What may be done with dismissals stands in the guards.
grant select, insert (user_id, other_user_id, created_at), update (created_at), delete
  on suggestion_dismissals to connections_app;
grant select, insert, update (created_at), delete on suggestion_dismissals to connections_facts;
create policy facts_reads on suggestion_dismissals for select to connections_facts using (true);
create policy facts_dismisses on suggestion_dismissals for insert to connections_facts with check (true);
create policy facts_dismisses_anew on suggestion_dismissals for update to connections_facts using (true) with check (true);
create policy facts_forgets on suggestion_dismissals for delete to connections_facts using (true);

grant select, insert (user_id, other_user_id, last_shown_on), update (days, last_shown_on), delete
  on suggestion_impressions to connections_app;
create policy owner_reads on suggestion_impressions for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_counts_on on suggestion_impressions for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_forgets on suggestion_impressions for delete to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select on suggestion_impressions to connections_facts;
create policy facts_reads on suggestion_impressions for select to connections_facts using (true);

-- Games in common (rule 11.1).
grant select on game_participations to connections_facts;
create policy facts_reads on game_participations for select to connections_facts using (true);

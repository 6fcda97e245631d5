-- Public profiles (rule 3). What is null was never said, or taken back.

create table user_profiles (
  user_id uuid primary key references users (id) on delete cascade,
  display_name text
    constraint a_display_name_is_short check (char_length(display_name) between 1 and 64),
  -- The folded words of the display name: what search finds the person by.
  display_words text[] not null default '{}',
  avatar_url text
    constraint an_avatar_is_at_https check (avatar_url ^@ 'https://' and char_length(avatar_url) <= 512),
  bio text
    constraint a_bio_is_short check (char_length(bio) between 1 and 280),
  city text
    constraint a_city_is_short check (char_length(city) between 1 and 80),
  region text
    constraint a_region_is_short check (char_length(region) between 1 and 80),
  sport_preferences text[] not null default '{}'
    constraint sports_are_few check (cardinality(sport_preferences) <= 20)
);

-- The folded words of the display name, one row a word, kept by a trigger: an index on an array has
-- no order, and without one a page of a search would read all matches.

create table user_profile_words (
  user_id uuid not null references user_profiles (user_id) on delete cascade,
  word text collate "C" not null,
  primary key (user_id, word)
);
create index user_profile_words_word_idx on user_profile_words (word, user_id);
-- As for usernames: how many people a prefix has decides how a search is planned.
alter table user_profile_words alter column word set statistics 1000;

alter table user_profiles enable row level security;
alter table user_profiles force row level security;
alter table user_profile_words enable row level security;
alter table user_profile_words force row level security;

-- Profiles: one's own to read and write; others read them through `user_summaries`.
grant select, insert on user_profiles to connections_app;
grant update (display_name, display_words, avatar_url, bio, city, region, sport_preferences)
  on user_profiles to connections_app;
grant select on user_profiles to connections_service;
create policy owner_reads on user_profiles for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_introduces on user_profiles for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_changes on user_profiles for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_profiles for select to connections_service using (true);

-- Profiles of people who have not said anything yet are written by import_people; the service
-- itself writes none.
grant select, insert (user_id, display_name, display_words, avatar_url, bio, city, region, sport_preferences)
  on user_profiles to connections_facts;
create policy facts_reads on user_profiles for select to connections_facts using (true);
create policy facts_imports on user_profiles for insert to connections_facts with check (true);

grant select, insert, delete on user_profile_words to connections_facts;
create policy facts_reads on user_profile_words for select to connections_facts using (true);
create policy facts_indexes on user_profile_words for insert to connections_facts with check (true);
create policy facts_forgets on user_profile_words for delete to connections_facts using (true);

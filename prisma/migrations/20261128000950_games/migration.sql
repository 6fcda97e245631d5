-- What other services tell of games (rule 12.3). Services write and read it, people do not: what
-- people get of it comes from suggestions and events. Everything that names a person goes with them.
--
-- Whatever is told twice is one row here, by its own key: `game_facts` only says which facts were
-- told. So its rows may go after 30 days, by `recorded_at`, and a fact that comes again later changes
-- nothing.

create table game_facts (
  key bytea primary key,
  contents bytea not null,
  recorded_at timestamptz(3) not null default now(),
  -- SHA-256: the id that a service gives a fact may name a person, and this table names nobody.
  constraint a_fact_is_known_by_digests check (octet_length(key) = 32 and octet_length(contents) = 32)
);
create index game_facts_recorded_idx on game_facts (recorded_at);

-- Who made which game, for "a friend joined your game" (rule 12.4).

create table games (
  game_id text primary key
    constraint a_game_has_an_id check (game_id <> '' and char_length(game_id) <= 200),
  creator_user_id uuid not null references users (id) on delete cascade
);
create index games_creator_idx on games (creator_user_id);

-- Who takes part. From a person to their games, and from a game to its people: games in common are
-- one look in each. The creator takes part too if the service says so.

create table game_participations (
  user_id uuid not null references users (id) on delete cascade,
  game_id text not null
    constraint a_participation_is_in_a_game check (game_id <> '' and char_length(game_id) <= 200),
  joined_at timestamptz(3) not null,
  primary key (user_id, game_id)
);
create index game_participations_game_idx on game_participations (game_id, user_id);

-- Invitations and what became of them, by the day on which they were sent. Whether the two were
-- friends is kept from when it was told, for friendships end.

create table game_invites (
  inviter_user_id uuid not null references users (id) on delete cascade,
  invitee_user_id uuid not null references users (id) on delete cascade,
  game_id text not null
    constraint an_invitation_is_to_a_game check (game_id <> '' and char_length(game_id) <= 200),
  invited_at timestamptz(3),
  between_friends boolean,
  outcome text
    constraint an_invitation_is_accepted_or_declined check (outcome in ('accepted', 'declined')),
  answered_at timestamptz(3),
  primary key (inviter_user_id, invitee_user_id, game_id),
  constraint nobody_invites_themselves check (inviter_user_id <> invitee_user_id),
  constraint an_invitation_is_told_whole check ((invited_at is null) = (between_friends is null)),
  constraint an_outcome_has_a_time check ((outcome is null) = (answered_at is null)),
  constraint an_invitation_is_sent_or_answered check (invited_at is not null or outcome is not null)
);
create index game_invites_invitee_idx on game_invites (invitee_user_id);
create index game_invites_invited_idx on game_invites (invited_at);

-- Days on which people were active: of one person, and who was on a day.

create table activity_days (
  user_id uuid not null references users (id) on delete cascade,
  day date not null,
  primary key (user_id, day)
);
create index activity_days_day_idx on activity_days (day, user_id);

-- Who has reported whom, and when: whether blocks end trouble is measured by what came in the 30 days
-- before and after one. The key leads from a pair to its reports in the order of time.

create table user_reports (
  reporter_user_id uuid not null references users (id) on delete cascade,
  reported_user_id uuid not null references users (id) on delete cascade,
  reported_at timestamptz(3) not null,
  primary key (reporter_user_id, reported_user_id, reported_at),
  constraint nobody_reports_themselves check (reporter_user_id <> reported_user_id)
);
create index user_reports_reported_idx on user_reports (reported_user_id);

alter table game_facts enable row level security;
alter table game_facts force row level security;
alter table games enable row level security;
alter table games force row level security;
alter table game_participations enable row level security;
alter table game_participations force row level security;
alter table game_invites enable row level security;
alter table game_invites force row level security;
alter table activity_days enable row level security;
alter table activity_days force row level security;
alter table user_reports enable row level security;
alter table user_reports force row level security;

grant select (key, contents), insert (key, contents) on game_facts to connections_service;
create policy service_reads on game_facts for select to connections_service using (true);
create policy service_tells on game_facts for insert to connections_service with check (true);

grant select, insert on games, game_participations, game_invites, activity_days, user_reports to connections_service;
create policy service_reads on games for select to connections_service using (true);
create policy service_tells on games for insert to connections_service with check (true);
create policy service_reads on game_participations for select to connections_service using (true);
create policy service_tells on game_participations for insert to connections_service with check (true);
create policy service_reads on game_invites for select to connections_service using (true);
create policy service_tells on game_invites for insert to connections_service with check (true);
create policy service_reads on activity_days for select to connections_service using (true);
create policy service_tells on activity_days for insert to connections_service with check (true);
create policy service_reads on user_reports for select to connections_service using (true);
create policy service_tells on user_reports for insert to connections_service with check (true);

-- The answer may come before the invitation, and the other way round.
grant update (invited_at, between_friends, outcome, answered_at) on game_invites to connections_service;
create policy service_adds on game_invites for update to connections_service using (true) with check (true);

-- The worker forgets which facts were told, after a while.
grant select (key, recorded_at), delete on game_facts to connections_worker;
create policy worker_reads on game_facts for select to connections_worker using (true);
create policy worker_sweeps on game_facts for delete to connections_worker
  using (recorded_at <= statement_timestamp() - interval '30 days');

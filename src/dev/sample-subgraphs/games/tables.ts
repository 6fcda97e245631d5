/**
 * The tables of the games service. Triggers write down in `facts` what connections is told, and in
 * `inbox_events` what notifications is told, in the transaction that makes it true: nothing that
 * happens is forgotten, whichever statement it was. A data directory with older tables begins anew.
 */
export const gameTables = `
  drop table if exists games, game_participants, game_invites, game_reports, active_days, facts,
    game_events, inbox_events cascade;
  drop function if exists tell, announce_invite, announce_end;
  create table games (
    id uuid primary key default gen_random_uuid(),
    creator_user_id uuid not null,
    title text not null check (length(title) between 1 and 80),
    visibility text not null check (visibility in ('PUBLIC', 'FRIENDS', 'CLOSE')),
    created_at timestamptz(3) not null default now()
  );
  create index games_newest on games (created_at desc, id desc);
  create table game_participants (
    game_id uuid not null references games on delete cascade,
    user_id uuid not null,
    joined_at timestamptz(3) not null default now(),
    primary key (game_id, user_id)
  );
  create index game_participants_newest on game_participants (user_id, joined_at desc, game_id desc);
  create table game_invites (
    id uuid primary key default gen_random_uuid(),
    game_id uuid not null references games on delete cascade,
    inviter_user_id uuid not null,
    recipient_user_id uuid,
    invited_at timestamptz(3) not null default now(),
    -- When it was sent for the first time, if a block ended it and it was sent again while its sender
    -- saw it all the time.
    first_invited_at timestamptz(3),
    -- Whether a block has stood between the recipient and one of these since it was sent: that ends
    -- it. A third person is not told of it, so the row stays.
    parted_from_inviter boolean not null default false,
    parted_from_creator boolean not null default false,
    answer text check (answer in ('ACCEPTED', 'DECLINED')),
    answered_at timestamptz(3),
    -- Several people may invite the same person: an invitation from somebody whom they block counts
    -- for nothing, and must not be in the way of the others.
    unique nulls not distinct (game_id, recipient_user_id, inviter_user_id)
  );
  create index game_invites_newest on game_invites (recipient_user_id, invited_at desc, id desc);
  create table game_reports (
    game_id uuid not null references games on delete cascade,
    reporter_user_id uuid not null,
    reported_user_id uuid not null,
    reported_at timestamptz(3) not null default now(),
    takes_part boolean not null,
    primary key (game_id, reporter_user_id, reported_user_id)
  );
  create table active_days (
    user_id uuid not null,
    day date not null,
    active_at timestamptz(3) not null default now(),
    primary key (user_id, day)
  );

  create table facts (
    -- What connections knows the fact by, however often it is sent.
    id uuid primary key default gen_random_uuid(),
    place bigint generated always as identity,
    kind text not null,
    game_id text not null,
    user_id uuid not null,
    other_user_id uuid,
    at timestamptz(3) not null,
    -- Why connections does not take it; null: still to be sent.
    refused text
  );
  create index facts_to_send on facts (place) where refused is null;

  -- Its arguments: the kind of the fact, and the columns of the row with the game, the person, the
  -- other person and the time.
  create function tell() returns trigger language plpgsql as $$
    declare
      happened jsonb := to_jsonb(new);
    begin
      insert into facts (kind, game_id, user_id, other_user_id, at)
      values (tg_argv[0], coalesce(happened ->> tg_argv[1], ''), (happened ->> tg_argv[2])::uuid,
              (happened ->> tg_argv[3])::uuid, (happened ->> tg_argv[4])::timestamptz);
      return null;
    end $$;
  create trigger created after insert on games
    for each row execute function tell('CREATED', 'id', 'creator_user_id', '', 'created_at');
  create trigger participated after insert on game_participants
    for each row execute function tell('PARTICIPATED', 'game_id', 'user_id', '', 'joined_at');
  -- An invitation for whoever has its id has nobody who was invited.
  create trigger invited after insert on game_invites
    for each row when (new.recipient_user_id is not null)
    execute function tell('INVITED', 'game_id', 'inviter_user_id', 'recipient_user_id', 'invited_at');
  create trigger accepted after update of answer on game_invites
    for each row when (new.answer = 'ACCEPTED')
    execute function tell('INVITE_ACCEPTED', 'game_id', 'inviter_user_id', 'recipient_user_id', 'answered_at');
  create trigger declined after update of answer on game_invites
    for each row when (new.answer = 'DECLINED')
    execute function tell('INVITE_DECLINED', 'game_id', 'inviter_user_id', 'recipient_user_id', 'answered_at');
  -- Somebody who does not take part may be nobody at all, and is not made known by a report.
  create trigger reported after insert on game_reports
    for each row when (new.takes_part)
    execute function tell('REPORTED', 'game_id', 'reporter_user_id', 'reported_user_id', 'reported_at');
  create trigger active after insert on active_days
    for each row execute function tell('ACTIVE', '', 'user_id', '', 'active_at');

  create table inbox_events (
    id uuid primary key default gen_random_uuid(),
    place bigint generated always as identity,
    type text not null,
    data jsonb not null,
    at timestamptz(3) not null,
    -- Why notifications does not take it; null: still to be sent.
    refused text
  );
  create index inbox_events_to_send on inbox_events (place) where refused is null;

  create function announce_invite() returns trigger language plpgsql as $$
    begin
      insert into inbox_events (type, at, data)
      select 'game.invited', new.invited_at,
             jsonb_build_object('gameId', new.game_id, 'inviterId', new.inviter_user_id,
                                'recipientId', new.recipient_user_id, 'creatorId', creator_user_id)
        from games where id = new.game_id;
      return null;
    end $$;
  create trigger announced after insert or update of invited_at on game_invites
    for each row when (new.recipient_user_id is not null) execute function announce_invite();
  create function announce_end() returns trigger language plpgsql as $$
    begin
      insert into inbox_events (type, at, data)
      values ('game.deleted', now(), jsonb_build_object('gameId', old.id));
      return null;
    end $$;
  create trigger ended after delete on games for each row execute function announce_end();`

/** The last of the tables that are made: there when all of them are. */
export const lastGameTable = 'inbox_events'

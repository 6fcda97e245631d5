import type { Store } from '../store.ts'
import type { GameRow, InviteRow } from './game.ts'

/** The tables of the games service. */
export const gameTables = `
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
  create table game_invites (
    id uuid primary key default gen_random_uuid(),
    game_id uuid not null references games on delete cascade,
    inviter_user_id uuid not null,
    recipient_user_id uuid,
    unique nulls not distinct (game_id, recipient_user_id)
  );`

const gameColumns = `id, creator_user_id as creator, title, visibility, created_at as "createdAt"`
const inviteColumns = `id, game_id as "gameId", inviter_user_id as inviter, recipient_user_id as recipient`

/** Where the list goes on. */
export interface Position {
  readonly at: string
  readonly id: string
}

/** The newest games after a position, without those of hidden creators. */
export function selectGames(
  store: Store,
  after: Position,
  hidden: readonly string[],
  publicOnly: boolean,
  limit: number,
): Promise<GameRow[]> {
  return store.rows(
    `select ${gameColumns} from games
      where (created_at, id) < ($1::timestamptz, $2::uuid)
        and creator_user_id <> all ($3::uuid[])
        and (visibility = 'PUBLIC' or not $4)
      order by created_at desc, id desc
      limit $5`,
    [after.at, after.id, hidden, publicOnly, limit],
  )
}

export async function selectGamesById(
  store: Store,
  ids: readonly string[],
): Promise<Map<string, GameRow>> {
  const rows = await store.rows<GameRow>(
    `select ${gameColumns} from games where id = any ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((game) => [game.id, game]))
}

export async function insertGame(
  store: Store,
  { creator, title, visibility }: Pick<GameRow, 'creator' | 'title' | 'visibility'>,
): Promise<string> {
  const [game] = await store.rows<{ id: string }>(
    `with game as (
       insert into games (creator_user_id, title, visibility) values ($1, $2, $3) returning id
     ), joined as (
       insert into game_participants (game_id, user_id) select id, $1 from game
     )
     select id from game`,
    [creator, title, visibility],
  )
  if (game === undefined) throw new Error('A game was not inserted.')
  return game.id
}

/** The participants of many games, the first to join first. */
export async function selectParticipants(
  store: Store,
  games: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await store.rows<{ id: string; people: string[] }>(
    `select game_id as id, array_agg(user_id order by joined_at, user_id)::text[] as people
       from game_participants where game_id = any ($1::uuid[]) group by game_id`,
    [games],
  )
  return new Map(rows.map(({ id, people }) => [id, people]))
}

/** Whether they had not joined before. */
export async function insertParticipant(
  store: Store,
  game: string,
  user: string,
): Promise<boolean> {
  const rows = await store.rows(
    `insert into game_participants (game_id, user_id) values ($1, $2) on conflict do nothing returning 1`,
    [game, user],
  )
  return rows.length > 0
}

/** The invitation to somebody, or to whoever has its id, made when missing. */
export async function upsertInvite(
  store: Store,
  game: string,
  inviter: string,
  recipient: string | null,
): Promise<{ invite: InviteRow; isNew: boolean }> {
  const [row] = await store.rows<InviteRow & { isNew: boolean }>(
    `insert into game_invites (game_id, inviter_user_id, recipient_user_id) values ($1, $2, $3)
         on conflict (game_id, recipient_user_id) do update set game_id = excluded.game_id
     returning ${inviteColumns}, xmax = 0 as "isNew"`,
    [game, inviter, recipient],
  )
  if (row === undefined) throw new Error('An invitation was not inserted.')
  const { isNew, ...invite } = row
  return { invite, isNew }
}

export async function selectInvite(store: Store, id: string): Promise<InviteRow | null> {
  const [invite] = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites where id = $1`,
    [id],
  )
  return invite ?? null
}

/** The invitations to many games. */
export async function selectInvites(
  store: Store,
  games: readonly string[],
): Promise<Map<string, InviteRow[]>> {
  const rows = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites where game_id = any ($1::uuid[]) order by id`,
    [games],
  )
  return Map.groupBy(rows, ({ gameId }) => gameId)
}

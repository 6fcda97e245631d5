import type { Store } from '../store.ts'
import type { GameRow, InviteRow } from './game.ts'

const gameColumns = `id, creator_user_id as creator, title, visibility, created_at as "createdAt"`
const inviteColumns = `id, game_id as "gameId", inviter_user_id as inviter, recipient_user_id as recipient, answer`

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

/**
 * Whether they had not joined before. An invitation by name, if there is one, is accepted by it,
 * whichever way they come in.
 */
export async function insertParticipant(
  store: Store,
  game: string,
  user: string,
): Promise<boolean> {
  const [row] = await store.rows<{ joined: boolean }>(
    `with joined as (
       insert into game_participants (game_id, user_id) values ($1, $2) on conflict do nothing returning 1
     ), accepted as (
       update game_invites set answer = 'ACCEPTED', answered_at = now()
        where game_id = $1 and recipient_user_id = $2 and answer is distinct from 'ACCEPTED'
     )
     select exists (select from joined) as joined`,
    [game, user],
  )
  return row?.joined === true
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

/** Whether the answer is new. Somebody who takes part has accepted, and stays. */
export async function declineInvite(
  store: Store,
  { id, gameId, recipient }: InviteRow,
): Promise<boolean> {
  const rows = await store.rows(
    `update game_invites set answer = 'DECLINED', answered_at = now()
      where id = $1 and answer is distinct from 'DECLINED'
        and not exists (select from game_participants where game_id = $2 and user_id = $3)
      returning 1`,
    [id, gameId, recipient],
  )
  return rows.length > 0
}

/** Whether they had not reported them before, in this game. */
export async function insertReport(
  store: Store,
  game: string,
  reporter: string,
  reported: string,
): Promise<boolean> {
  const rows = await store.rows(
    `insert into game_reports (game_id, reporter_user_id, reported_user_id, takes_part)
     select $1, $2, $3, exists (select from game_participants where game_id = $1 and user_id = $3)
         on conflict do nothing returning 1`,
    [game, reporter, reported],
  )
  return rows.length > 0
}

/** Writes down that somebody does something today. */
export async function insertActiveDay(store: Store, user: string): Promise<void> {
  await store.rows(
    `insert into active_days (user_id, day) values ($1, (now() at time zone 'UTC')::date)
         on conflict do nothing`,
    [user],
  )
}

import type { TimePosition } from '../../../graphql/connections.ts'
import type { Store } from '../store.ts'
import type { GameRow, JoinedRow } from './game.ts'

const gameColumns = `id, creator_user_id as creator, title, visibility, created_at as "createdAt"`

/** The newest games after a position, without those of hidden creators. */
export function selectGames(
  store: Store,
  after: TimePosition,
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

/** A part of the list of somebody's games. */
export interface JoinedQuery {
  readonly user: string
  readonly after: TimePosition
  readonly limit: number
}

/**
 * The games that people take part in, the last one joined first, in the order of the queries: one
 * statement for all of them.
 */
export async function selectJoined(
  store: Store,
  queries: readonly JoinedQuery[],
): Promise<JoinedRow[][]> {
  const rows = await store.rows<JoinedRow & { nth: number }>(
    `select asked.nth::int - 1 as nth, joined.*
       from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::int[]) with ordinality
         as asked (user_id, at, id, most, nth)
      cross join lateral (
        select ${gameColumns}, joined_at as "joinedAt"
          from game_participants join games on games.id = game_id
         where user_id = asked.user_id and (joined_at, game_id) < (asked.at, asked.id)
         order by joined_at desc, game_id desc
         limit asked.most
      ) as joined
      order by asked.nth, "joinedAt" desc, id desc`,
    [
      queries.map(({ user }) => user),
      queries.map(({ after }) => after.at),
      queries.map(({ after }) => after.id),
      queries.map(({ limit }) => limit),
    ],
  )
  return queries.map((_query, place) => rows.filter(({ nth }) => nth === place))
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
          and not parted_from_inviter and not parted_from_creator
     )
     select exists (select from joined) as joined`,
    [game, user],
  )
  return row?.joined === true
}

/** Whether they took part. What they answered to an invitation stays. */
export async function deleteParticipant(
  store: Store,
  game: string,
  user: string,
): Promise<boolean> {
  const rows = await store.rows(
    'delete from game_participants where game_id = $1 and user_id = $2 returning 1',
    [game, user],
  )
  return rows.length > 0
}

/** Deletes a game of this creator, with everything in it. */
export async function deleteGameOf(store: Store, creator: string, game: string): Promise<boolean> {
  const rows = await store.rows(
    'delete from games where id = $1 and creator_user_id = $2 returning 1',
    [game, creator],
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

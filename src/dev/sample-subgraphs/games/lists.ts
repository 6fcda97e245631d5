import { newest, type TimePosition } from '../../../graphql/connections.ts'
import { parseId } from '../../../graphql/ids.ts'
import type { GameRow, InviteRow, JoinedRow } from './game.ts'
import { selectOpenInvites } from './invite-sql.ts'
import type { Session } from './session.ts'
import { selectGames } from './sql.ts'
import { keepOpen, keepVisible, mayOpen, openInviteOf, takeAsLong } from './visibility.ts'

/** Rows that are read to fill a page: one question to connections for each such portion. */
const portion = 200

/** A game that the viewer may see. */
export async function findGame(session: Session, id: string): Promise<GameRow | null> {
  const gameId = parseId(id)
  if (gameId === null) return null
  const game = await session.games.load(gameId)
  if (game !== undefined) return (await mayOpen(session, game)) ? game : null
  await takeAsLong(session, gameId)
  return null
}

/**
 * The newest games that are open to the viewer, one more than asked for when there are more. Hidden
 * creators are left out by the database, so that a page is not spent on them; what remains is
 * judged by how the viewer stands to its creators.
 */
export function listGames(session: Session, first: number, after = newest): Promise<GameRow[]> {
  const { store, viewer } = session
  return fill(first, after, portion, {
    read: async (position) =>
      selectGames(store, position, await session.hidden(), viewer === null, portion),
    keep: (games) => keepOpen(session, games),
    momentOf: ({ createdAt }) => createdAt,
  })
}

/**
 * The games that somebody takes part in and the viewer may see, the last one joined first, one more
 * than asked for when there are more. Null when the viewer may not see the person.
 */
export async function listJoined(
  session: Session,
  user: string,
  first: number,
  after = newest,
): Promise<JoinedRow[] | null> {
  const { viewer, towards, joined } = session
  if (viewer !== user && (await towards.load(user))?.see !== true) return null
  // Lists of many people are read at once, so a small page does not read a large portion.
  const limit = Math.min(portion, 2 * first + 1)
  return fill(first, after, limit, {
    read: (position) => joined.load({ user, after: position, limit }),
    keep: (games) => keepVisible(session, games),
    momentOf: ({ joinedAt }) => joinedAt,
  })
}

/**
 * The viewer's invitations that wait for an answer, the newest first and one for each game, one
 * more than asked for when there are more.
 */
export function listInvites(
  session: Session,
  viewer: string,
  first: number,
  after = newest,
): Promise<InviteRow[]> {
  const { store, games } = session
  const isShown = async ({ id, gameId }: InviteRow) => {
    const game = await games.load(gameId)
    if (game === undefined || !(await mayOpen(session, game))) return false
    return (await openInviteOf(session, gameId))?.id === id
  }
  return fill(first, after, portion, {
    read: async (position) =>
      selectOpenInvites(store, viewer, await session.hidden(), position, portion),
    keep: async (invites) => {
      const shown = await Promise.all(invites.map(isShown))
      return invites.filter((_invite, place) => shown[place])
    },
    momentOf: ({ invitedAt }) => invitedAt,
  })
}

interface List<Row> {
  readonly read: (after: TimePosition) => Promise<Row[]>
  readonly keep: (rows: readonly Row[]) => Promise<Row[]>
  readonly momentOf: (row: Row) => Date
}

/** Reads portion after portion until a page is full, with one row more, or nothing is left. */
async function fill<Row extends { readonly id: string }>(
  first: number,
  after: TimePosition,
  limit: number,
  { read, keep, momentOf }: List<Row>,
): Promise<Row[]> {
  const kept: Row[] = []
  for (let position = after; ;) {
    const rows = await read(position)
    kept.push(...(await keep(rows)))
    const last = rows.at(-1)
    if (kept.length > first || rows.length < limit || last === undefined)
      return kept.slice(0, first + 1)
    position = { at: momentOf(last).toISOString(), id: last.id }
  }
}

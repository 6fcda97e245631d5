import { newest } from '../../../graphql/connections.ts'
import { unauthenticated } from '../../../graphql/errors.ts'
import { notUuid, parseId, parseUserId } from '../../../graphql/ids.ts'
import { defaultVisibility } from './default-visibility.ts'
import { type GameAudience, type GameRow, refuse } from './game.ts'
import type { Session } from './session.ts'
import {
  declineInvite as decline,
  insertActiveDay,
  insertGame,
  insertParticipant,
  insertReport,
  type Position,
  selectGames,
  selectInvite,
  upsertInvite,
} from './sql.ts'
import { keepOpen, mayOpen } from './visibility.ts'

/** Rows that are read to fill a page: one question to connections for each such portion. */
const portion = 200

/**
 * The newest games that the viewer may see, one more than asked for when there are more. Hidden
 * creators are left out by the database, so that a page is not spent on them; what remains is
 * judged by how the viewer stands to its creators.
 */
export async function listGames(
  session: Session,
  first: number,
  after: Position = newest,
): Promise<GameRow[]> {
  const open: GameRow[] = []
  const publicOnly = session.viewer === null
  for (let position = after; ;) {
    const rows = await selectGames(
      session.store,
      position,
      await session.hidden(),
      publicOnly,
      portion,
    )
    open.push(...(await keepOpen(session, rows)))
    const last = rows.at(-1)
    if (open.length > first || rows.length < portion || last === undefined)
      return open.slice(0, first + 1)
    position = { at: last.createdAt.toISOString(), id: last.id }
  }
}

/** A game that the viewer may see. */
export async function findGame(session: Session, id: string): Promise<GameRow | null> {
  const gameId = parseId(id)
  const game = gameId === null ? undefined : await session.games.load(gameId)
  return game !== undefined && (await mayOpen(session, game)) ? game : null
}

export async function createGame(
  session: Session,
  title: string,
  visibility: GameAudience | null | undefined,
) {
  const creator = await act(session)
  const name = title.trim()
  if (name === '' || name.length > 80)
    return refuse('INVALID_INPUT', `\`title\` must have 1 to 80 characters (got ${name.length}).`)
  if (name.includes('\0'))
    return refuse('INVALID_INPUT', '`title` may not contain the character U+0000.')
  const audience = visibility ?? (await defaultVisibility(session.connections, creator))
  const id = await insertGame(session.store, { creator, title: name, visibility: audience })
  return { changed: true, game: await session.games.load(id), errors: [] }
}

/**
 * Invites when both the viewer and the creator may invite them: a block by either, or of either,
 * refuses alike.
 */
export async function inviteToGame(
  session: Session,
  gameId: string,
  userId: string | null | undefined,
) {
  const viewer = await act(session)
  const game = await findGame(session, gameId)
  if (game === null) return refuse('NOT_FOUND')
  const participants = (await session.participants.load(game.id)) ?? []
  if (!participants.includes(viewer)) return refuse('NOT_FOUND')
  const recipient = userId == null ? null : parseUserId(userId)
  if (userId != null && recipient === null) return refuse('INVALID_INPUT', `\`userId\` ${notUuid}`)
  if (recipient !== null) {
    const inviters = [...new Set([viewer, game.creator])].filter((person) => person !== recipient)
    const allowed = await session.connections.interactions(
      inviters.map((actorId) => ({ actorId, otherId: recipient })),
    )
    if (recipient === viewer || !allowed.every((each) => each?.invite === true))
      return refuse('UNAVAILABLE')
  }
  const { invite, isNew } = await upsertInvite(session.store, game.id, viewer, recipient)
  return { changed: isNew, invite, errors: [] }
}

export async function joinGame(session: Session, gameId: string) {
  const viewer = await act(session)
  const game = await findGame(session, gameId)
  if (game === null) return refuse('NOT_FOUND')
  return { changed: await insertParticipant(session.store, game.id, viewer), game, errors: [] }
}

export async function claimInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const id = parseId(inviteId)
  const invite = id === null ? null : await selectInvite(session.store, id)
  if (invite === null || (invite.recipient !== null && invite.recipient !== viewer))
    return refuse('INVITE_UNAVAILABLE')
  const game = await session.games.load(invite.gameId)
  if (game === undefined) return refuse('INVITE_UNAVAILABLE')
  if (game.creator !== viewer) {
    const pair = { actorId: viewer, otherId: game.creator }
    const [toCreator] = await session.connections.interactions([pair])
    if (toCreator?.see !== true) return refuse('INVITE_UNAVAILABLE')
  }
  return { changed: await insertParticipant(session.store, game.id, viewer), game, errors: [] }
}

/** Only an invitation by name can be declined; one for everybody is nobody's to decline. */
export async function declineInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const id = parseId(inviteId)
  const invite = id === null ? null : await selectInvite(session.store, id)
  if (invite?.recipient !== viewer) return refuse('INVITE_UNAVAILABLE')
  return { changed: await decline(session.store, invite), errors: [] }
}

/**
 * Takes a report of anybody, whether they take part or not: nobody finds out by it who is in a game
 * and hidden from them.
 */
export async function reportPerson(session: Session, gameId: string, userId: string) {
  const viewer = await act(session)
  const reported = parseUserId(userId)
  if (reported === null) return refuse('INVALID_INPUT', `\`userId\` ${notUuid}`)
  if (reported === viewer) return refuse('INVALID_INPUT', 'You cannot report yourself.')
  const game = await findGame(session, gameId)
  if (game === null) return refuse('NOT_FOUND')
  return { changed: await insertReport(session.store, game.id, viewer, reported), errors: [] }
}

/**
 * The person who does something, which makes today one of their active days.
 * @throws UNAUTHENTICATED for the anonymous and for services
 */
async function act({ viewer, store }: Session): Promise<string> {
  if (viewer === null) throw unauthenticated()
  await insertActiveDay(store, viewer)
  return viewer
}

import { unauthenticated } from '../../../graphql/errors.ts'
import { notUuid, parseId, parseUserId } from '../../../graphql/ids.ts'
import { parseLine, unfitText } from '../../../graphql/texts.ts'
import { defaultVisibility } from './default-visibility.ts'
import { type GameAudience, refuse } from './game.ts'
import { findGame } from './lists.ts'
import { gameHasChanged, type Session } from './session.ts'
import {
  deleteGameOf,
  deleteParticipant,
  insertActiveDay,
  insertGame,
  insertParticipant,
  insertReport,
} from './sql.ts'

/** How long a title may be, in code points. */
const longestTitle = 80

export async function createGame(
  session: Session,
  title: string,
  visibility: GameAudience | null | undefined,
) {
  const creator = await act(session)
  const name = parseLine(title, longestTitle)
  if (name === null) return refuse('INVALID_INPUT', '`title` has nothing visible in it.')
  if (name === undefined)
    return refuse('INVALID_INPUT', `\`title\` ${unfitText(title, longestTitle)}`)
  const audience = visibility ?? (await defaultVisibility(session.connections, creator))
  const id = await insertGame(session.store, { creator, title: name, visibility: audience })
  return { changed: true, game: await session.games.load(id), errors: [] }
}

export async function joinGame(session: Session, gameId: string) {
  const viewer = await act(session)
  const game = await findGame(session, gameId)
  if (game === null) return refuse('NOT_FOUND')
  return enter(session, game, viewer)
}

/** Lets the viewer take part. Whether they may is known by now. */
export async function enter<Game extends { readonly id: string }>(
  session: Session,
  game: Game,
  viewer: string,
) {
  const changed = await insertParticipant(session.store, game.id, viewer)
  gameHasChanged(session, game.id)
  return { changed, game, errors: [] }
}

/**
 * Takes the viewer out of a game, whatever they may see of it: leaving is never refused but to its
 * creator, who can delete it. The answer for a game that a block hides is that for one that was
 * deleted.
 */
export async function leaveGame(session: Session, gameId: string) {
  const viewer = await act(session)
  const id = parseId(gameId)
  if (id === null) return { changed: false, errors: [] }
  const game = await findGame(session, id)
  if (game?.creator === viewer)
    return refuse('INVALID_INPUT', 'You made this game. You can delete it, but not leave it.')
  const hasLeft = await deleteParticipant(session.store, id, viewer)
  gameHasChanged(session, id)
  return { changed: hasLeft && game !== null, errors: [] }
}

export async function deleteGame(session: Session, gameId: string) {
  const viewer = await act(session)
  const id = parseId(gameId)
  if (id === null || !(await deleteGameOf(session.store, viewer, id))) return refuse('NOT_FOUND')
  gameHasChanged(session, id)
  return { changed: true, errors: [] }
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
export async function act({ viewer, store }: Session): Promise<string> {
  if (viewer === null) throw unauthenticated()
  await insertActiveDay(store, viewer)
  return viewer
}

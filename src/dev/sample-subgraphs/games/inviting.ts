import { notUuid, parseId, parseUserId } from '../../../graphql/ids.ts'
import { refuse } from './game.ts'
import { declineInvites, insertInvite, selectInvite } from './invite-sql.ts'
import { findGame } from './lists.ts'
import { act, enter } from './service.ts'
import { gameHasChanged, type Session } from './session.ts'
import { isEnded, isFromSomebody, takeAsLong } from './visibility.ts'

/**
 * Invites somebody whom the viewer may invite. How they stand to the creator is not looked at: if a
 * block is between the two, a refusal would tell the viewer of it. Such an invitation is made like
 * every other one, and the invited person never sees it.
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
  // Nothing is possible towards oneself.
  if (recipient !== null && (await session.towards.load(recipient))?.invite !== true)
    return refuse('UNAVAILABLE')
  const { invite, isNew } = await insertInvite(session.store, game.id, viewer, recipient)
  gameHasChanged(session, game.id)
  return { changed: isNew, invite, errors: [] }
}

/** Joins by an invitation that stands. */
export async function claimInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const found = await findInvite(session, viewer, inviteId)
  if (found === null) return refuse('INVITE_UNAVAILABLE')
  return enter(session, found.game, viewer)
}

/**
 * An invitation that the viewer may use, unless a block is between them and its sender or the
 * creator of the game, or has ended it.
 */
async function findInvite(session: Session, viewer: string, inviteId: string) {
  const id = parseId(inviteId)
  if (id === null) return null
  const invite = await selectInvite(session.store, id)
  const isTheirs = invite !== null && [null, viewer].includes(invite.recipient)
  const game = isTheirs && !isEnded(invite) ? await session.games.load(invite.gameId) : undefined
  if (invite === null || game === undefined) {
    await takeAsLong(session, id)
    return null
  }
  const [isFromVisible, toCreator] = await Promise.all([
    isFromSomebody(session, invite),
    game.creator === viewer ? { see: true } : session.towards.load(game.creator),
  ])
  return isFromVisible && toCreator?.see === true ? { invite, game } : null
}

/**
 * Only an invitation by name can be declined; one for everybody is nobody's to decline. One that a
 * block hides is as unknown as that to a game that was deleted.
 */
export async function declineInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const found = await findInvite(session, viewer, inviteId)
  if (found?.invite.recipient !== viewer) return refuse('INVITE_UNAVAILABLE')
  const { id } = found.game
  const changed = await declineInvites(session.store, id, viewer)
  gameHasChanged(session, id)
  return { changed, game: await findGame(session, id), errors: [] }
}

import { notUuid, parseId, parseUserId } from '../../../graphql/ids.ts'
import { refuse } from './game.ts'
import { declineInvites, insertInvite, selectInvite } from './invite-sql.ts'
import { findGame } from './lists.ts'
import { act, enter } from './service.ts'
import { forgetGame, type Session } from './session.ts'
import { isFromSomebody } from './visibility.ts'

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
  const { invite, isNew } = await insertInvite(session.store, game.id, viewer, recipient)
  forgetGame(session, game.id)
  return { changed: isNew, invite, errors: [] }
}

/** Joins by an invitation, unless a block is between the viewer and its sender or the creator. */
export async function claimInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const id = parseId(inviteId)
  const invite = id === null ? null : await selectInvite(session.store, id)
  if (invite === null || (invite.recipient !== null && invite.recipient !== viewer))
    return refuse('INVITE_UNAVAILABLE')
  const game = await session.games.load(invite.gameId)
  if (game === undefined) return refuse('INVITE_UNAVAILABLE')
  const [isFromVisible, toCreator] = await Promise.all([
    isFromSomebody(session, invite),
    game.creator === viewer ? { see: true } : session.towards.load(game.creator),
  ])
  if (!isFromVisible || toCreator?.see !== true) return refuse('INVITE_UNAVAILABLE')
  return enter(session, game, viewer)
}

/** Only an invitation by name can be declined; one for everybody is nobody's to decline. */
export async function declineInvite(session: Session, inviteId: string) {
  const viewer = await act(session)
  const id = parseId(inviteId)
  const invite = id === null ? null : await selectInvite(session.store, id)
  if (invite?.recipient !== viewer) return refuse('INVITE_UNAVAILABLE')
  const changed = await declineInvites(session.store, invite.gameId, viewer)
  forgetGame(session, invite.gameId)
  return { changed, game: await findGame(session, invite.gameId), errors: [] }
}

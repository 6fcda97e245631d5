import type { GameRow, InviteRow } from './game.ts'
import { findGame } from './lists.ts'
import type { Session } from './session.ts'
import { inviteOf, isListed } from './visibility.ts'

/** Who takes part in a game, without people who are hidden from the viewer. */
export async function participantsSeen(session: Session, game: string): Promise<string[]> {
  const [people = [], hidden] = await Promise.all([
    session.participants.load(game),
    session.hidden(),
  ])
  return people.filter((each) => !hidden.includes(each))
}

/** The invitations to a game that its list has for the viewer. */
export async function invitesSeen(
  session: Session,
  { id, creator }: GameRow,
): Promise<readonly InviteRow[]> {
  const [invites = [], hidden] = await Promise.all([session.invites.load(id), session.hidden()])
  const { viewer } = session
  if (viewer === null) return []
  return invites.filter(
    (invite) =>
      isListed(invite, creator, viewer) &&
      !hidden.includes(invite.inviter) &&
      (invite.recipient === null || !hidden.includes(invite.recipient)),
  )
}

/** All that can change in what the viewer sees of a game, to be compared. */
export async function viewOf(session: Session, gameId: string): Promise<string> {
  const game = await findGame(session, gameId)
  if (game === null) return 'nothing'
  const [participants, own, invites] = await Promise.all([
    participantsSeen(session, game.id),
    inviteOf(session, game.id),
    invitesSeen(session, game),
  ])
  // Whoever deleted it meanwhile has taken some of that away.
  if ((await session.games.clear(game.id).load(game.id)) === undefined) return 'nothing'
  return JSON.stringify([participants, own?.id, own?.answer, invites.map(({ id }) => id)])
}

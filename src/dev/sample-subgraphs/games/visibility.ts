import type { GameRow, InviteRow } from './game.ts'
import type { Session } from './session.ts'
import type { Towards } from './towards.ts'

/** Whether a game is open to somebody who stands so to its creator, and is not the creator. */
function isOpen({ visibility }: GameRow, toCreator: Towards): boolean {
  if (!toCreator.see) return false
  switch (visibility) {
    case 'PUBLIC':
      return true
    case 'FRIENDS':
      return toCreator.friendshipLevel !== null
    case 'CLOSE':
      return toCreator.friendshipLevel === 'CLOSE'
  }
}

/**
 * Those of many games that are open to the viewer. One question to connections for all of them: how
 * the viewer stands to each of the creators.
 */
export async function keepOpen(session: Session, games: readonly GameRow[]): Promise<GameRow[]> {
  const { viewer, towards } = session
  const open = await Promise.all(
    games.map(async (game) => {
      if (game.creator === viewer) return true
      const toCreator = await towards.load(game.creator)
      return toCreator !== null && isOpen(game, toCreator)
    }),
  )
  return games.filter((_game, place) => open[place])
}

/** Those of many games that the viewer may see. */
export async function keepVisible<Game extends GameRow>(
  session: Session,
  games: readonly Game[],
): Promise<Game[]> {
  const visible = await Promise.all(games.map((game) => mayOpen(session, game)))
  return games.filter((_game, place) => visible[place])
}

/**
 * Whether the viewer may see one game: it is open to them or, unless a block is between them, they
 * are in or invited.
 */
export async function mayOpen(session: Session, game: GameRow): Promise<boolean> {
  const { viewer, towards } = session
  if (viewer === game.creator) return true
  const toCreator = await towards.load(game.creator)
  if (toCreator?.see !== true) return false
  return isOpen(game, toCreator) || (viewer !== null && (await isIn(session, viewer, game.id)))
}

/**
 * Asks connections as if there were something to judge, so that the answer about what does not
 * exist takes as long as the answer about what a block hides (rule 0.9).
 * @param id of what does not exist; it is nobody's, either
 */
export async function takeAsLong({ towards }: Session, id: string): Promise<void> {
  await towards.load(id)
}

/** Whether somebody takes part in a game, or is invited by name. */
async function isIn(session: Session, viewer: string, game: string): Promise<boolean> {
  const people = (await session.participants.load(game)) ?? []
  return people.includes(viewer) || (await inviteOf(session, game)) !== null
}

/**
 * The viewer's newest invitation to a game by name. Those from hidden people and those that a block
 * has ended count for nothing.
 */
export async function inviteOf(session: Session, game: string): Promise<InviteRow | null> {
  return (await invitesOf(session, game))[0] ?? null
}

/** The newest of them that waits for an answer. */
export async function openInviteOf(session: Session, game: string): Promise<InviteRow | null> {
  const open = (await invitesOf(session, game)).filter(({ answer }) => answer === null)
  const momentOf = ({ invitedAt, id }: InviteRow) => `${invitedAt.toISOString()} ${id}`
  return open.toSorted((one, other) => (momentOf(one) < momentOf(other) ? 1 : -1))[0] ?? null
}

async function invitesOf(session: Session, game: string): Promise<InviteRow[]> {
  const { viewer, invites } = session
  if (viewer === null) return []
  const own = ((await invites.load(game)) ?? []).filter(
    (invite) => invite.recipient === viewer && !isEnded(invite),
  )
  const stands = await Promise.all(own.map((invite) => isFromSomebody(session, invite)))
  return own.filter((_invite, place) => stands[place])
}

/** Whether a block has ended an invitation for its recipient. */
export function isEnded({ partedFromInviter, partedFromCreator }: InviteRow): boolean {
  return partedFromInviter || partedFromCreator
}

/**
 * Whether the list of a game has an invitation for somebody: its creator, its sender or its
 * recipient. For the two whom a block was between it has ended. The third person must not learn of
 * the block, so for them it stays.
 */
export function isListed(invite: InviteRow, creator: string, viewer: string): boolean {
  switch (viewer) {
    case invite.recipient:
      return !isEnded(invite)
    case invite.inviter:
      return !invite.partedFromInviter
    case creator:
      return !invite.partedFromCreator
    default:
      return false
  }
}

/** Whether the viewer may see who invites. */
export async function isFromSomebody(
  { viewer, towards }: Session,
  { inviter }: InviteRow,
): Promise<boolean> {
  return inviter === viewer || (await towards.load(inviter))?.see === true
}

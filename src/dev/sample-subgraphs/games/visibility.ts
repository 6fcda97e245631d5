import type { PairInteraction } from '../../../kit/server/client.ts'
import type { GameRow } from './game.ts'
import type { Session } from './session.ts'

/** Whether a game is open to somebody who stands so to its creator, and is not the creator. */
function isOpen(game: GameRow, toCreator: PairInteraction): boolean {
  if (!toCreator.see) return false
  switch (game.visibility) {
    case 'PUBLIC':
      return true
    case 'FRIENDS':
      return toCreator.friendshipLevel !== null
    case 'CLOSE':
      return toCreator.friendshipLevel === 'CLOSE'
  }
}

/**
 * Those of many games that the viewer may see. One question to connections for all of them: how the
 * viewer stands to each of the creators. Without a viewer there is nobody to ask about, and public
 * games are what remains.
 */
export async function keepOpen(session: Session, games: readonly GameRow[]): Promise<GameRow[]> {
  const { viewer } = session
  if (viewer === null) return games.filter(({ visibility }) => visibility === 'PUBLIC')
  const toCreators = await interactionsTowards(
    session,
    viewer,
    games.map(({ creator }) => creator),
  )
  return games.filter((game) => {
    const toCreator = toCreators.get(game.creator)
    return game.creator === viewer || (toCreator !== undefined && isOpen(game, toCreator))
  })
}

/**
 * Whether the viewer may see one game: it is open to them or, unless a block is between them, they
 * are in or invited.
 */
export async function mayOpen(session: Session, game: GameRow): Promise<boolean> {
  const { viewer } = session
  if (viewer === null) return game.visibility === 'PUBLIC'
  if (viewer === game.creator) return true
  const toCreator = (await interactionsTowards(session, viewer, [game.creator])).get(game.creator)
  if (toCreator?.see !== true) return false
  return isOpen(game, toCreator) || (await isIn(session, viewer, game.id))
}

/** Whether somebody takes part in a game, or is invited by name. */
async function isIn({ participants, invites }: Session, viewer: string, game: string) {
  const [people = [], invited = []] = await Promise.all([
    participants.load(game),
    invites.load(game),
  ])
  return people.includes(viewer) || invited.some(({ recipient }) => recipient === viewer)
}

async function interactionsTowards(
  { connections }: Session,
  viewer: string,
  people: readonly string[],
): Promise<Map<string, PairInteraction>> {
  const others = [...new Set(people)].filter((person) => person !== viewer)
  if (others.length === 0) return new Map()
  const answers = await connections.interactions(
    others.map((otherId) => ({ actorId: viewer, otherId })),
  )
  return new Map(
    answers.flatMap((answer) => (answer === null ? [] : [[answer.otherId, answer] as const])),
  )
}

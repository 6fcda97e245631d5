import type { ConnectionsClient, PairInteraction } from '../../../kit/server/client.ts'

/** How the viewer stands to another person, as far as games needs it. */
export type Towards = Pick<PairInteraction, 'see' | 'invite' | 'friendshipLevel'>

const PublicGames = `query PublicGames($games: [_Any!]!) {
  _entities(representations: $games) { ... on Game { visibleToViewer } }
}`

interface Games {
  readonly _entities: readonly ({ readonly visibleToViewer: boolean } | null)[]
}

/**
 * How a viewer stands to others, in their order: one request to connections. Without a viewer,
 * others are seen if a public game of theirs is: that of somebody who was erased is not.
 */
export async function askTowards(
  connections: ConnectionsClient,
  viewer: string | null,
  others: readonly string[],
): Promise<(Towards | null)[]> {
  if (viewer !== null)
    return connections.interactions(others.map((otherId) => ({ actorId: viewer, otherId })))
  const games = others.map((id) => ({
    __typename: 'Game',
    id,
    creator: { __typename: 'User', id },
    visibility: 'PUBLIC',
  }))
  const { _entities } = await connections.request<Games>(PublicGames, { games })
  return _entities.map((game) => ({
    see: game?.visibleToViewer === true,
    invite: false,
    friendshipLevel: null,
  }))
}

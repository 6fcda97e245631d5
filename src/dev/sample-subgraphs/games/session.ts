import DataLoader from 'dataloader'
import type { Identity } from '../../../database/identity.ts'
import type { ConnectionsClient, PairInteraction } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import type { Store } from '../store.ts'
import type { GameRow, InviteRow, JoinedRow } from './game.ts'
import { selectInvites } from './invite-sql.ts'
import { type JoinedQuery, selectGamesById, selectJoined, selectParticipants } from './sql.ts'

/** Pairs in one request to connections; it takes no more. */
const pairsAtOnce = 200

/**
 * For whom connections is asked when there is no viewer: nobody has this id. So the anonymous and
 * services see what a person sees whom nobody knows, and nothing of creators who were erased.
 */
const nobody = '00000000-0000-0000-0000-000000000000'

/** One request to the games service. */
export interface Session {
  /** Null for the anonymous and for services. */
  readonly viewer: string | null
  readonly store: Store
  readonly connections: ConnectionsClient
  /** Whom the viewer is not shown, and who is not shown the viewer's; asked for once a request. */
  readonly hidden: () => Promise<readonly string[]>
  /**
   * How the viewer stands to other people; without a viewer, how nobody does. One request to
   * connections for all that are asked for at the same time.
   */
  readonly towards: DataLoader<string, PairInteraction | null>
  readonly games: DataLoader<string, GameRow | undefined>
  readonly joined: DataLoader<JoinedQuery, JoinedRow[]>
  readonly participants: DataLoader<string, string[] | undefined>
  readonly invites: DataLoader<string, InviteRow[] | undefined>
}

/** What every request begins with. */
export function openSession(
  store: Store,
  connections: ConnectionsClient,
  identity: Identity,
): Session {
  const viewer = identity.kind === 'viewer' ? identity.userId : null
  let hidden: Promise<readonly string[]> | null = null
  return {
    viewer,
    store,
    connections,
    hidden: () =>
      (hidden ??= viewer === null ? Promise.resolve([]) : allHidden(connections, viewer)),
    towards: new DataLoader(
      (others) =>
        connections.interactions(others.map((otherId) => ({ actorId: viewer ?? nobody, otherId }))),
      { maxBatchSize: pairsAtOnce },
    ),
    games: byGame((ids) => selectGamesById(store, ids)),
    joined: new DataLoader((queries) => selectJoined(store, queries), { cache: false }),
    participants: byGame((ids) => selectParticipants(store, ids)),
    invites: byGame((ids) => selectInvites(store, ids)),
  }
}

/** Forgets who is in a game and who is invited, after a write. */
export function forgetGame({ participants, invites }: Session, game: string): void {
  participants.clear(game)
  invites.clear(game)
}

function byGame<Value>(
  batch: (ids: readonly string[]) => Promise<Map<string, Value>>,
): DataLoader<string, Value | undefined> {
  return new DataLoader(async (ids) => {
    const found = await batch(ids)
    return ids.map((id) => found.get(id))
  })
}

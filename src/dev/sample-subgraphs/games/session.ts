import DataLoader from 'dataloader'
import type { Identity } from '../../../database/identity.ts'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import type { Store } from '../store.ts'
import type { GameRow, InviteRow } from './game.ts'
import { selectGamesById, selectInvites, selectParticipants } from './sql.ts'

/** One request to the games service. */
export interface Session {
  /** Null for the anonymous and for services. */
  readonly viewer: string | null
  readonly store: Store
  readonly connections: ConnectionsClient
  /** Whom the viewer is not shown, and who is not shown the viewer's; asked for once a request. */
  readonly hidden: () => Promise<readonly string[]>
  readonly games: DataLoader<string, GameRow | undefined>
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
    games: byGame((ids) => selectGamesById(store, ids)),
    participants: byGame((ids) => selectParticipants(store, ids)),
    invites: byGame((ids) => selectInvites(store, ids)),
  }
}

function byGame<Value>(
  batch: (ids: readonly string[]) => Promise<Map<string, Value>>,
): DataLoader<string, Value | undefined> {
  return new DataLoader(async (ids) => {
    const found = await batch(ids)
    return ids.map((id) => found.get(id))
  })
}

import type { EventEmitter } from 'node:events'
import DataLoader from 'dataloader'
import type { Identity } from '../../../database/identity.ts'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import type { Store } from '../store.ts'
import type { GameRow, InviteRow, JoinedRow } from './game.ts'
import { selectInvites } from './invite-sql.ts'
import { type JoinedQuery, selectGamesById, selectJoined, selectParticipants } from './sql.ts'
import { askTowards, type Towards } from './towards.ts'

/** Pairs in one request to connections; it takes no more. */
const pairsAtOnce = 200

/** One request to the games service. */
export interface Session {
  /** Null for the anonymous and for services. */
  readonly viewer: string | null
  readonly store: Store
  readonly connections: ConnectionsClient
  /** Tells of each change of a game, by its id. */
  readonly news: EventEmitter
  /** A new session of the same person, which has read nothing yet. */
  readonly again: () => Session
  /** Whom the viewer is not shown, and who is not shown the viewer's; asked for once a request. */
  readonly hidden: () => Promise<readonly string[]>
  /**
   * How the viewer stands to other people. One request to connections for all that are asked for
   * at the same time.
   */
  readonly towards: DataLoader<string, Towards | null>
  readonly games: DataLoader<string, GameRow | undefined>
  readonly joined: DataLoader<JoinedQuery, JoinedRow[]>
  readonly participants: DataLoader<string, string[] | undefined>
  readonly invites: DataLoader<string, InviteRow[] | undefined>
}

/** What every request begins with. */
export function openSession(
  store: Store,
  connections: ConnectionsClient,
  news: EventEmitter,
  identity: Identity,
): Session {
  const viewer = identity.kind === 'viewer' ? identity.userId : null
  let hidden: Promise<readonly string[]> | null = null
  return {
    viewer,
    store,
    connections,
    news,
    again: () => openSession(store, connections, news, identity),
    hidden: () =>
      (hidden ??= viewer === null ? Promise.resolve([]) : allHidden(connections, viewer)),
    towards: new DataLoader((others) => askTowards(connections, viewer, others), {
      maxBatchSize: pairsAtOnce,
    }),
    games: byGame((ids) => selectGamesById(store, ids)),
    joined: new DataLoader((queries) => selectJoined(store, queries), { cache: false }),
    participants: byGame((ids) => selectParticipants(store, ids)),
    invites: byGame((ids) => selectInvites(store, ids)),
  }
}

/** Forgets who is in a game and who is invited, after a write, and tells those who watch it. */
export function gameHasChanged({ participants, invites, news }: Session, game: string): void {
  participants.clear(game)
  invites.clear(game)
  news.emit(game)
}

function byGame<Value>(
  batch: (ids: readonly string[]) => Promise<Map<string, Value>>,
): DataLoader<string, Value | undefined> {
  return new DataLoader(async (ids) => {
    const found = await batch(ids)
    return ids.map((id) => found.get(id))
  })
}

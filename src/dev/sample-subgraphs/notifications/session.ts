import type { Identity } from '../../../database/identity.ts'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import type { Store } from '../store.ts'
import type { LiveInboxes } from './live.ts'

/** One request to the notifications service. */
export interface Session {
  /** Null for the anonymous and for services. */
  readonly viewer: string | null
  readonly store: Store
  readonly live: LiveInboxes
  /**
   * Whom the viewer is not shown. Asked when an inbox is read, once a request: somebody may have
   * been blocked since an event was delivered.
   */
  readonly hidden: () => Promise<readonly string[]>
}

/** What every request begins with. */
export function openSession(
  store: Store,
  connections: ConnectionsClient,
  live: LiveInboxes,
  identity: Identity,
): Session {
  const viewer = identity.kind === 'viewer' ? identity.userId : null
  let hidden: Promise<readonly string[]> | null = null
  return {
    viewer,
    store,
    live,
    hidden: () =>
      (hidden ??= viewer === null ? Promise.resolve([]) : allHidden(connections, viewer)),
  }
}

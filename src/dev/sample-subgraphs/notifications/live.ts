import { EventEmitter, on } from 'node:events'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import type { Store } from '../store.ts'
import { type NotificationRow, selectNotification } from './sql.ts'

/** Tells people who listen to their inbox of each notification that is added. */
export interface LiveInboxes {
  readonly added: (recipient: string, id: string) => void
  /** What is added to an inbox from now on, until the listener leaves. */
  readonly listen: (recipient: string) => AsyncIterableIterator<NotificationRow>
  /** How many listen to somebody's inbox. */
  readonly listeners: (recipient: string) => number
}

/**
 * Inboxes that are listened to in this process. A service of several processes would let its
 * database tell all of them. Before each notification, connections is asked again whom the
 * recipient is not shown.
 */
export function openLiveInboxes(store: Store, connections: ConnectionsClient): LiveInboxes {
  // Each subscription is a listener.
  const emitter = new EventEmitter().setMaxListeners(0)
  return {
    added: (recipient, id) => emitter.emit(recipient, id),
    listeners: (recipient) => emitter.listenerCount(recipient),
    listen: (recipient) => {
      const ids = on(emitter, recipient) as AsyncIterableIterator<[string]>
      const standing = async (id: string) =>
        selectNotification(store, recipient, await allHidden(connections, recipient), id)
      return keepMapped(ids, ([id]) => standing(id))
    },
  }
}

/**
 * What becomes of each item, without nulls. Not a generator: one that waits for an item could not
 * be ended before it comes.
 */
function keepMapped<Item, Row>(
  items: AsyncIterableIterator<Item>,
  map: (item: Item) => Promise<Row | null>,
): AsyncIterableIterator<Row> {
  const kept: AsyncIterableIterator<Row> = {
    next: async () => {
      for (;;) {
        const item = await items.next()
        if (item.done === true) return { done: true, value: undefined }
        const row = await map(item.value)
        if (row !== null) return { done: false, value: row }
      }
    },
    return: async () => {
      await items.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => kept,
  }
  return kept
}

import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Identity } from '../../../database/identity.ts'
import { decodeTimeCursor, encodeTimeCursor, toConnection } from '../../../graphql/connections.ts'
import { parseUserId } from '../../../graphql/ids.ts'
import { cutPage, pageSize } from '../../../graphql/pages.ts'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { allHidden } from '../hidden.ts'
import { openStore, type Store } from '../store.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../subgraph.ts'
import { type NotificationRow, notificationTables, selectNotifications } from './sql.ts'

interface Session {
  readonly viewer: string | null
}

interface Recipient {
  readonly id: string
}

interface NotificationsOptions {
  /** Of the server's maintenance database. */
  readonly superuserUrl: string
  /** The name of the database, and of its role. */
  readonly database: string
  readonly connections: ConnectionsClient
  readonly trust: Trust
  /** 0 takes a free one. */
  readonly port: number
}

/**
 * Starts the sample subgraph that keeps people's inboxes, in a database of its own.
 * @NOTE Nothing fills them yet: events are written, and not delivered.
 */
export async function startNotifications(options: NotificationsOptions): Promise<RunningSubgraph> {
  const { superuserUrl, database, connections, trust, port } = options
  const store = await openStore(superuserUrl, database, 'notifications', notificationTables)
  const app = subgraphServer()
  await serveSubgraph<Session & object>(
    app,
    {
      typeDefs: new URL('notifications.graphql', import.meta.url),
      resolvers: resolvers(store, connections),
      context: (identity: Identity) => ({
        viewer: identity.kind === 'viewer' ? identity.userId : null,
      }),
    },
    trust,
  )
  const close = async () => {
    await app.close()
    await store.close()
  }
  return { url: `${await listen(app, port)}/graphql`, close }
}

function resolvers(store: Store, connections: ConnectionsClient) {
  return {
    DateTime: GraphQLDateTimeISO,
    Query: {
      viewer: (_root: unknown, _arguments: object, { viewer }: Session) =>
        viewer === null ? null : { id: viewer },
    },
    User: {
      __resolveReference: ({ id }: Recipient): Recipient | null => {
        const userId = parseUserId(id)
        return userId === null ? null : { id: userId }
      },
      notifications: async (
        { id }: Recipient,
        { first, after }: PageArguments,
        { viewer }: Session,
      ) => {
        if (id !== viewer) return null
        const list = `notifications:${viewer}`
        const [size, position] = [pageSize(first), decodeTimeCursor(list, after)]
        // Asked when it is read: somebody may have been blocked since the event was delivered.
        const hidden = await allHidden(connections, viewer)
        const found = await selectNotifications(store, viewer, hidden, position, size + 1)
        const page = cutPage(found, size)
        const edgeOf = (row: NotificationRow) => ({
          cursor: encodeTimeCursor(list, row.createdAt, row.id),
          node: row,
        })
        return toConnection(page, edgeOf, after, () => Promise.resolve(page.rows.length))
      },
    },
    Notification: {
      actor: ({ actor }: NotificationRow) => ({ id: actor }),
    },
  }
}

interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}

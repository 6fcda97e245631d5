import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { openStore, type Store } from '../store.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../subgraph.ts'
import type { Told } from './event.ts'
import { notificationsResolvers } from './resolvers.ts'
import { openSession, type Session } from './session.ts'
import { forgetPair, insertNotification, lastTable, notificationTables } from './sql.ts'
import { receiveEvents } from './webhook.ts'

interface NotificationsOptions {
  /** Of the server's maintenance database. */
  readonly superuserUrl: string
  /** The name of the database, and of its role. */
  readonly database: string
  readonly connections: ConnectionsClient
  readonly trust: Trust
  /** Of its webhook endpoint, as connections knows it. */
  readonly webhookSecrets: readonly string[]
  /** 0 takes a free one. */
  readonly port: number
}

/** The subgraph, and where it takes events. */
export interface RunningNotifications extends RunningSubgraph {
  readonly eventsUrl: string
}

/**
 * Starts the sample subgraph that keeps people's inboxes, in a database of its own. Connections
 * tells it what happened, as webhooks; it tells people.
 */
export async function startNotifications(
  options: NotificationsOptions,
): Promise<RunningNotifications> {
  const { superuserUrl, database, connections, trust, webhookSecrets, port } = options
  const store = await openStore(superuserUrl, database, lastTable, notificationTables)
  const app = subgraphServer()
  await receiveEvents(app, webhookSecrets, (told) => keep(store, told))
  await serveSubgraph<Session & object>(
    app,
    {
      typeDefs: new URL('notifications.graphql', import.meta.url),
      resolvers: notificationsResolvers,
      context: (identity) => openSession(store, connections, identity),
    },
    trust,
  )
  const close = async () => {
    await app.close()
    await store.close()
  }
  const origin = await listen(app, port)
  return { url: `${origin}/graphql`, eventsUrl: `${origin}/events`, close }
}

async function keep(store: Store, told: Told): Promise<void> {
  switch (told.what) {
    case 'notify':
      return insertNotification(store, told.notification)
    case 'forget':
      return forgetPair(store, told.userIds, told.version)
    case 'nothing':
  }
}

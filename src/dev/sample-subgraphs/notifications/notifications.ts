import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { openStore, type Store } from '../store.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../subgraph.ts'
import { receiveEvents } from '../webhook.ts'
import { readConnectionsEvent, readGamesEvent, type Told } from './event.ts'
import { type LiveInboxes, openLiveInboxes } from './live.ts'
import { notificationsResolvers } from './resolvers.ts'
import { openSession, type Session } from './session.ts'
import { forgetGame, forgetPair, insertNotification, lastTable, notificationTables } from './sql.ts'

interface NotificationsOptions {
  /** Of the server's maintenance database. */
  readonly superuserUrl: string
  /** The name of the database, and of its role. */
  readonly database: string
  readonly connections: ConnectionsClient
  readonly trust: Trust
  /** Of its webhook endpoint, as connections knows it. */
  readonly webhookSecrets: readonly string[]
  /** What games signs its events with; null: it sends none. */
  readonly gameEventsSecret: string | null
  /** 0 takes a free one. */
  readonly port: number
}

/** The subgraph, and where it takes events. */
export interface RunningNotifications extends RunningSubgraph {
  readonly eventsUrl: string
  /** How many subscriptions to somebody's inbox there are. */
  readonly listeners: (recipient: string) => number
}

/**
 * Starts the sample subgraph that keeps people's inboxes, in a database of its own. Connections and
 * games tell it what happened, as webhooks; it tells people.
 */
export async function startNotifications(
  options: NotificationsOptions,
): Promise<RunningNotifications> {
  const { superuserUrl, database, connections, trust, port } = options
  const store = await openStore(superuserUrl, database, lastTable, notificationTables)
  const app = subgraphServer()
  const live = openLiveInboxes(store, connections)
  const senders = [
    { secrets: options.webhookSecrets, read: readConnectionsEvent },
    { secrets: [options.gameEventsSecret ?? []].flat(), read: readGamesEvent },
  ]
  await receiveEvents(app, senders, (told) => keep(store, live, told))
  await serveSubgraph<Session & object>(
    app,
    {
      typeDefs: new URL('notifications.graphql', import.meta.url),
      resolvers: notificationsResolvers,
      context: (identity) => openSession(store, connections, live, identity),
    },
    trust,
  )
  const close = async () => {
    await app.close()
    await store.close()
  }
  const origin = await listen(app, port)
  return {
    url: `${origin}/graphql`,
    eventsUrl: `${origin}/events`,
    listeners: live.listeners,
    close,
  }
}

async function keep(store: Store, live: LiveInboxes, told: Told): Promise<void> {
  switch (told.what) {
    case 'notify': {
      const { recipient, id } = told.notification
      if (await insertNotification(store, told.notification)) live.added(recipient, id)
      return
    }
    case 'forget pair':
      return forgetPair(store, told.change)
    case 'forget game':
      return forgetGame(store, told.gameId)
    case 'nothing':
  }
}

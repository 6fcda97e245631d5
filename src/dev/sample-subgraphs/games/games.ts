import { EventEmitter } from 'node:events'
import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { readBlockChange, typeOf } from '../block-change.ts'
import { openStore } from '../store.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../subgraph.ts'
import { receiveEvents } from '../webhook.ts'
import { keepTelling } from './keep-telling.ts'
import { partPair } from './part-pair.ts'
import { gamesResolvers } from './resolvers.ts'
import { openSession, type Session } from './session.ts'
import { gameTables, lastGameTable } from './tables.ts'
import { tellFacts } from './tell-facts.ts'
import { type InboxEndpoint, tellInbox } from './tell-inbox.ts'

interface GamesOptions {
  /** Of the server's maintenance database. */
  readonly superuserUrl: string
  /** The name of the database, and of its role. */
  readonly database: string
  readonly connections: ConnectionsClient
  readonly trust: Trust
  /** Of its webhook endpoint, as connections knows it. */
  readonly webhookSecrets: readonly string[]
  /** Where people are told of invitations; null: nowhere. */
  readonly inbox: InboxEndpoint | null
  /** How often the other services are told what has happened; null: only by `tell`. */
  readonly tellEveryMs: number | null
  /** SQL that inserts some games when the tables are made; none when empty. */
  readonly firstGames: string
  /** 0 takes a free one. */
  readonly port: number
}

/** The games service, running. */
export interface RunningGames extends RunningSubgraph {
  /** Where it takes events of connections: `block.changed`. */
  readonly eventsUrl: string
  /** How many subscriptions to a game there are. */
  readonly listeners: (game: string) => number
  /** Tells connections and notifications everything that has happened and was not told yet. */
  readonly tell: () => Promise<void>
}

/**
 * Starts the sample subgraph that owns games: what a real one would be, in small. It keeps them in
 * a database of its own, and asks connections, as a service, before it shows a game or takes an
 * invitation. What happens in games it tells connections, and what people should know it tells
 * notifications. Connections tells it of blocks, as a webhook.
 */
export async function startGames(options: GamesOptions): Promise<RunningGames> {
  const { superuserUrl, database, connections, trust, inbox, firstGames, tellEveryMs, port } =
    options
  const store = await openStore(superuserUrl, database, lastGameTable, gameTables + firstGames)
  const app = subgraphServer()
  // Each subscription is a listener.
  const news = new EventEmitter().setMaxListeners(0)
  const senders = [
    {
      secrets: options.webhookSecrets,
      // Of the other types it needs nothing.
      read: (body: unknown) => ({
        parted: typeOf(body) === 'block.changed' ? readBlockChange(body) : null,
      }),
    },
  ]
  await receiveEvents(app, senders, async ({ parted }) => {
    if (parted !== null) await partPair(store, parted)
  })
  await serveSubgraph<Session & object>(
    app,
    {
      typeDefs: new URL('games.graphql', import.meta.url),
      resolvers: gamesResolvers,
      context: (identity) => openSession(store, connections, news, identity),
    },
    trust,
  )
  const tellings = [
    (signal?: AbortSignal) => tellFacts(store, connections, signal),
    ...(inbox === null ? [] : [(signal?: AbortSignal) => tellInbox(store, inbox, signal)]),
  ]
  const stops =
    tellEveryMs === null ? [] : tellings.map((telling) => keepTelling(telling, tellEveryMs))
  const close = async () => {
    await Promise.all(stops.map((stop) => stop()))
    await app.close()
    await store.close()
  }
  const tell = async () => {
    for (const telling of tellings) while (await telling());
  }
  const origin = await listen(app, port)
  return {
    url: `${origin}/graphql`,
    eventsUrl: `${origin}/events`,
    listeners: (game) => news.listenerCount(game),
    tell,
    close,
  }
}

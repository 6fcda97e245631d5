import type { ConnectionsClient } from '../../../kit/server/client.ts'
import { openStore } from '../store.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../subgraph.ts'
import { gamesResolvers } from './resolvers.ts'
import { openSession, type Session } from './session.ts'
import { gameTables } from './sql.ts'

interface GamesOptions {
  /** Of the server's maintenance database. */
  readonly superuserUrl: string
  /** The name of the database, and of its role. */
  readonly database: string
  readonly connections: ConnectionsClient
  readonly trust: Trust
  /** SQL that inserts some games when the tables are made; none when empty. */
  readonly firstGames: string
  /** 0 takes a free one. */
  readonly port: number
}

/**
 * Starts the sample subgraph that owns games: what a real one would be, in small. It keeps them in
 * a database of its own, and asks connections, as a service, before it shows a game or takes an
 * invitation.
 */
export async function startGames(options: GamesOptions): Promise<RunningSubgraph> {
  const { superuserUrl, database, connections, trust, firstGames, port } = options
  const store = await openStore(superuserUrl, database, 'games', gameTables + firstGames)
  const app = subgraphServer()
  await serveSubgraph<Session & object>(
    app,
    {
      typeDefs: new URL('games.graphql', import.meta.url),
      resolvers: gamesResolvers,
      context: (identity) => openSession(store, connections, identity),
    },
    trust,
  )
  const close = async () => {
    await app.close()
    await store.close()
  }
  return { url: `${await listen(app, port)}/graphql`, close }
}

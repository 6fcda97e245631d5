import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { afterAll, inject } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { consoleRoutes } from '../../src/dev/console/routes.ts'
import { cloneDatabase, databaseOf, dropDatabase } from '../../src/dev/database.ts'
import { startDelivery } from '../../src/dev/delivery.ts'
import { explorerBundle } from '../../src/dev/explorer/bundle.ts'
import { type ExplorerFacts, explorerRoutes } from '../../src/dev/explorer/routes.ts'
import { createIssuer } from '../../src/dev/issuer.ts'
import type { Bundle } from '../../src/dev/pages/bundle.ts'
import { freePort } from '../../src/dev/ports.ts'
import { startAccounts } from '../../src/dev/sample-subgraphs/accounts.ts'
import { demoGames } from '../../src/dev/sample-subgraphs/games/demo.ts'
import { startGames } from '../../src/dev/sample-subgraphs/games/games.ts'
import { startNotifications } from '../../src/dev/sample-subgraphs/notifications/notifications.ts'
import { gameEventsSecret } from '../../src/dev/sample-subgraphs/secrets.ts'
import { serviceToken } from '../../src/dev/sample-subgraphs/service-token.ts'
import { seedPeople } from '../../src/dev/seed/seed.ts'
import { createConnectionsClient } from '../../src/kit/server/client.ts'
import { startServer } from '../../src/server/server.ts'
import { gamesContent } from './content.ts'
import { endpointSecret } from './signed-events.ts'
import { startTestGateway } from './test-gateway.ts'
import { gatewaySecret } from './test-service.ts'

export type ExplorerHost = Awaited<ReturnType<typeof startExplorerHost>>

/**
 * The explorer and the console on the gateway, with the subgraph, the sample subgraphs and the demo
 * people. Closed after the file's tests.
 */
export async function openExplorerHost(): Promise<ExplorerHost> {
  const host = await startExplorerHost()
  afterAll(host.close)
  return host
}

async function startExplorerHost() {
  // Who opens the page first builds it; a test is not to wait for that.
  await explorerBundle().ready()
  const { superuserUrl, template } = inject('postgres')
  const database = await cloneDatabase(superuserUrl, template, `test_${randomUUID()}`)
  await seedPeople(database, superuserUrl)
  const issuer = await createIssuer()
  const gatewaySecrets = [gatewaySecret]
  const accounts = await startAccounts(issuer, gatewaySecrets, await freePort())
  const config = readConfig({
    NODE_ENV: 'development',
    PORT: '0',
    DATABASE_URL: database.loginUrl,
    AUTH_JWKS_URL: accounts.jwksUrl,
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: issuer.audience,
    GATEWAY_SECRETS: gatewaySecret,
    CONTENT: gamesContent,
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE: '0',
  })
  const server = await startServer(config)
  const connectionsFor = (client: string) =>
    createConnectionsClient({
      url: server.url,
      secret: gatewaySecret,
      token: serviceToken(accounts.origin, client),
    })
  const notifications = await startNotifications({
    superuserUrl,
    database: `notifications_${randomUUID()}`,
    connections: connectionsFor('notifications'),
    trust: config,
    webhookSecrets: [endpointSecret],
    gameEventsSecret,
    port: 0,
  })
  const games = await startGames({
    superuserUrl,
    database: `games_${randomUUID()}`,
    connections: connectionsFor('games'),
    trust: config,
    webhookSecrets: [endpointSecret],
    inbox: { url: notifications.eventsUrl, secret: gameEventsSecret },
    firstGames: demoGames,
    tellEveryMs: 500,
    port: 0,
  })
  const worker = await startDelivery({
    workerUrl: database.workerUrl,
    eventsUrls: { games: games.eventsUrl, notifications: notifications.eventsUrl },
    webhookSecret: endpointSecret,
    allowed: [],
    settings: config,
    log: server.app.log,
  })
  const facts = { subgraphUrl: server.url, gatewaySecret, accountsUrl: accounts.origin }
  const gateway = await startTestGateway({
    subgraphs: [
      { name: 'accounts', url: accounts.url },
      { name: 'connections', url: server.url },
      { name: 'games', url: games.url },
      { name: 'notifications', url: notifications.url },
    ],
    pages: (app) => {
      explorerRoutes(app, facts)
      consoleRoutes(app)
    },
  })
  return {
    url: new URL(gateway.url).origin,
    facts,
    issuer,
    /** Past all row security: to set up what would take long through the graph. */
    adminUrl: databaseOf(superuserUrl, database.name),
    close: async () => {
      await gateway.close()
      await worker.stop()
      await games.close()
      await notifications.close()
      await server.drain()
      await accounts.close()
      await dropDatabase(superuserUrl, database.name)
    },
  }
}

/** The explorer alone, on an app without a gateway. */
export async function listen(facts: ExplorerFacts, bundle?: Bundle) {
  const app = Fastify({ forceCloseConnections: true })
  explorerRoutes(app, facts, bundle)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}

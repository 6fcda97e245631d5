import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterAll, inject } from 'vitest'
import { readConfig } from '../src/config.ts'
import { startAccounts } from '../src/dev/accounts.ts'
import { cloneDatabase, dropDatabase } from '../src/dev/database.ts'
import { type Bundle, keptBundle } from '../src/dev/explorer/bundle.ts'
import { forward } from '../src/dev/explorer/forward.ts'
import { type ExplorerFacts, explorerRoutes } from '../src/dev/explorer/routes.ts'
import { createIssuer } from '../src/dev/issuer.ts'
import { bringPeople } from '../src/dev/people.ts'
import { startServer } from '../src/server.ts'
import { gatewaySecret } from './world.ts'

export type ExplorerHost = Awaited<ReturnType<typeof startExplorerHost>>

/** The explorer with what it needs around it: accounts, the subgraph and the demo people. Closed after the file's tests. */
export async function openExplorerHost(): Promise<ExplorerHost> {
  const host = await startExplorerHost()
  afterAll(host.close)
  return host
}

async function startExplorerHost() {
  // Who opens the page first builds it; a test is not to wait for that.
  await keptBundle().ready()
  const { superuserUrl, template } = inject('postgres')
  const database = await cloneDatabase(superuserUrl, template, `test_${randomUUID()}`)
  await bringPeople(database, superuserUrl)
  const issuer = await createIssuer()
  const accounts = await startAccounts(issuer, 0)
  const server = await startServer(
    readConfig({
      NODE_ENV: 'development',
      PORT: '0',
      DATABASE_URL: database.loginUrl,
      AUTH_JWKS_URL: accounts.jwksUrl,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: issuer.audience,
      GATEWAY_SECRETS: gatewaySecret,
      LOG_LEVEL: 'silent',
    }),
  )
  const facts = { subgraphUrl: server.url, gatewaySecret, accountsUrl: accounts.url }
  const host = await listen(facts)
  return {
    ...host,
    facts,
    issuer,
    accounts,
    server,
    close: async () => {
      await host.close()
      await server.drain()
      await accounts.close()
      await dropDatabase(superuserUrl, database.name)
    },
  }
}

/**
 * An app with the explorer on it. In the place of a gateway stands the way to the subgraph, which answers everything but what only a gateway
 * can put together.
 */
export async function listen(facts: ExplorerFacts, bundle?: Bundle) {
  const app = Fastify({ forceCloseConnections: true })
  explorerRoutes(app, facts, bundle)
  app.post('/graphql', ({ body, headers: { authorization } }, reply) =>
    forward(reply, facts.subgraphUrl, body, {
      'x-gateway-secret': facts.gatewaySecret,
      ...(authorization !== undefined && { authorization }),
    }),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, app, close: () => app.close() }
}

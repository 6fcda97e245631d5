import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { createClient as createSocketClient } from 'graphql-ws'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Planner, planners } from '../../src/dev/gateway/planners.ts'
import { dispatch, readStream } from '../support/streams.ts'
import { startTestGateway } from '../support/test-gateway.ts'
import { openIsolatedTestService, type Person, type TestService } from '../support/test-service.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const follow = 'mutation ($id: ID!) { followUser(userId: $id) { changed } }'
const query = `subscription Changes {
  relationshipChanged { id kind user { id nickname } relationship { isFollowedBy } }
}`

/** Another subgraph, which knows a nickname of everybody, and remembers who asked for it. */
async function startNicknames() {
  const asked: unknown[] = []
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { nicknames: Int }
        type User @key(fields: "id") { id: ID! nickname: String }`),
      resolvers: {
        User: {
          __resolveReference: ({ id }: { id: string }) => ({
            id,
            nickname: `nick ${id.slice(0, 8)}`,
          }),
        },
      },
    },
  ])
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { query: source, variables } = JSON.parse(body) as { query: string; variables?: object }
      if (source.includes('nickname')) asked.push(request.headers.authorization)
      void graphql({ schema, source, variableValues: { ...variables } }).then((result) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(result))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`
  return { name: 'nicknames', url, asked }
}

async function open(app: TestService, planner: Planner) {
  const nicknames = await startNicknames()
  const gateway = await startTestGateway({
    subgraphs: [
      { name: 'connections', url: app.server.url },
      { name: nicknames.name, url: nicknames.url },
    ],
    planner,
    notice: () => undefined,
  })
  closing.push(gateway.close)
  return { ...gateway, nicknames }
}

async function openStreams({ server }: TestService): Promise<number> {
  const { values } = await server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

/** What a client is told: an answer, an error, or null when its subscription has ended. */
interface Client {
  readonly next: () => Promise<unknown>
  readonly leave: () => unknown
}

const clients = {
  async sse(url: string, person: Person): Promise<Client> {
    const leaving = new AbortController()
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${String(await person.token())}`,
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    })
    const stream = readStream(response, leaving)
    return {
      next: () => stream.next(),
      leave: () => {
        stream.close()
      },
    }
  },
  websocket(url: string, person: Person): Promise<Client> {
    const client = createSocketClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: async () => ({ authorization: `Bearer ${String(await person.token())}` }),
    })
    const told = client.iterate({ query })
    const next = async () => {
      const { value, done } = await told.next()
      return done === true ? null : value
    }
    return Promise.resolve({ next, leave: () => void client.dispose() })
  },
}

describe.each(planners)('a gateway that plans in %s', (planner) => {
  it.each(Object.entries(clients))(
    'tells a client of changes over %s, with what other subgraphs know',
    async (_transport, connect) => {
      const app = await openIsolatedTestService({ NODE_ENV: 'development' })
      const [alice, carol, bob] = await app.people('alice', 'carol', 'bob')
      // Nothing has been asked of the gateway before.
      const gateway = await open(app, planner)
      const client = await connect(gateway.url, bob)
      closing.push(client.leave)
      const heard = client.next()
      await until(async () => (await openStreams(app)) === 1)
      await alice.ask(follow, { id: bob.id })
      await dispatch(app)
      expect(await heard).toMatchObject({
        data: {
          relationshipChanged: {
            kind: 'FOLLOWED',
            user: { id: alice.id, nickname: `nick ${alice.id.slice(0, 8)}` },
            relationship: { isFollowedBy: true },
          },
        },
      })
      expect(gateway.nicknames.asked).toEqual([expect.stringMatching(/^Bearer ey/)])
      await carol.ask(follow, { id: bob.id })
      await dispatch(app)
      expect(await client.next()).toMatchObject({
        data: { relationshipChanged: { user: { id: carol.id } } },
      })
      client.leave()
      await until(async () => (await openStreams(app)) === 0)
    },
    60_000,
  )

  it('ends the stream of a client when this service restarts, with an error first', async () => {
    const app = await openIsolatedTestService()
    const [bob] = await app.people('bob')
    const gateway = await open(app, planner)
    const client = await clients.sse(gateway.url, bob)
    closing.push(client.leave)
    await until(async () => (await openStreams(app)) === 1)
    await app.server.drain()
    expect(await client.next()).toMatchObject({
      errors: [
        {
          message: 'The service is restarting. Subscribe again.',
          extensions: { code: 'OVERLOADED' },
        },
      ],
    })
    expect(await client.next()).toBeNull()
  })

  it.each([
    'relationshipChanged @skip(if: true) { id }',
    '... @include(if: false) { relationshipChanged { id } }',
  ])(
    'refuses a subscription under a condition: %s',
    async (selection) => {
      const app = await openIsolatedTestService()
      const [bob] = await app.people('bob')
      const { url } = await open(app, planner)
      const token = String(await bob.token())
      for (const accept of ['application/json', 'text/event-stream']) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: `subscription { ${selection} }` }),
        })
        expect(response.status).toBeLessThan(500)
        expect(await response.text()).toContain('must not use @skip or @include at the top level')
      }
    },
    60_000,
  )
})

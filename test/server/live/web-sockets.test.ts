import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, type ClientOptions, createClient } from 'graphql-ws'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { limits } from '../../../src/limits.ts'
import { changes, dispatch } from '../../support/streams.ts'
import {
  gatewaySecret,
  openIsolatedTestService,
  openTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'

const follow = 'mutation ($id: ID!) { followUser(userId: $id) { changed } }'

const urlOf = ({ server }: TestService) => server.url.replace(/^http/, 'ws')

/** A client as frontends have it, that ends with the test. */
function connect(app: TestService, options: Partial<ClientOptions>): Client {
  const client = createClient({
    url: urlOf(app),
    webSocketImpl: WebSocket,
    lazy: true,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
    ...options,
  })
  onTestFinished(() => void client.dispose())
  return client
}

/** What the gateway shows for somebody. */
async function shown(who: Pick<Person, 'token'>) {
  const token = await who.token()
  return {
    'x-gateway-secret': gatewaySecret,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
}

/** The first thing that an operation is told: an answer, errors, or how the socket was closed. */
function first(client: Client, query: string): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = client.subscribe(
      { query },
      {
        next: (value) => {
          resolve(value)
          stop()
        },
        error: resolve,
        complete: () => {
          resolve('complete')
        },
      },
    )
  })
}

async function openStreams({ server }: TestService): Promise<number> {
  const { values } = await server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

describe.each(['test', 'production'])('a WebSocket (%s)', async (mode) => {
  const app = await openTestService({ NODE_ENV: mode })

  /** What bob hears of alice's following him. */
  async function hears(client: Client, alice: Person, bob: Person) {
    const before = await openStreams(app)
    const heard = first(client, changes)
    await until(async () => (await openStreams(app)) > before)
    await alice.ask(follow, { id: bob.id })
    await dispatch(app)
    return heard
  }

  it('tells bob of a change, with secret and token in its parameters', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = connect(app, { connectionParams: () => shown(bob) })
    expect(await hears(client, alice, bob)).toEqual({
      data: { relationshipChanged: { kind: 'FOLLOWED', user: { id: alice.id } } },
    })
    await until(async () => (await openStreams(app)) === 0)
  })

  it('tells bob of a change, with secret and token in the headers of the upgrade', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const headers = await shown(bob)
    class WithHeaders extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers })
      }
    }
    const client = connect(app, {
      webSocketImpl: WithHeaders,
      // A client has no say where the gateway has set a header.
      connectionParams: async () => ({ authorization: (await shown(alice)).authorization }),
    })
    expect(await hears(client, alice, bob)).toMatchObject({
      data: { relationshipChanged: { user: { id: alice.id } } },
    })
  })

  it('runs no query and no mutation', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = connect(app, { connectionParams: () => shown(alice) })
    for (const query of [
      '{ viewer { id } }',
      `mutation { followUser(userId: "${bob.id}") { changed } }`,
    ])
      expect(await first(client, query)).toEqual([
        {
          message: expect.stringMatching(/^Only subscriptions can be sent this way/) as string,
          extensions: { code: 'BAD_REQUEST' },
        },
      ])
    const { rows } = await app.admin.query(
      'select 1 from user_follows where follower_user_id = $1',
      [alice.id],
    )
    expect(rows).toEqual([])
  })

  it('refuses a document with the errors that it has elsewhere', async () => {
    const [alice] = await app.people('alice')
    const client = connect(app, { connectionParams: () => shown(alice) })
    for (const query of [
      'subscription { relationshipChanged { kinds } }',
      'subscription { relationshipChanged { ',
    ])
      expect(await first(client, query)).toEqual((await alice.ask(query)).errors)
  })

  it('is closed when the secret is wrong or missing, so that the client does not try again', async () => {
    const [alice] = await app.people('alice')
    const wrong = connect(app, {
      connectionParams: async () => ({ ...(await shown(alice)), 'x-gateway-secret': 'a guess' }),
    })
    expect(await first(wrong, changes)).toMatchObject({ code: 4401 })
    const missing = connect(app, {
      connectionParams: async () => ({ authorization: (await shown(alice)).authorization }),
    })
    expect(await first(missing, changes)).toMatchObject({ code: 4401 })
    const header = new WebSocket(urlOf(app), 'graphql-transport-ws', {
      headers: { 'x-gateway-secret': 'a guess' },
    })
    const refused = await new Promise((resolve) => header.on('error', resolve))
    expect(String(refused)).toContain('401')
  })

  it('is closed when the token is bad, so that the client tries again with another', async () => {
    const client = connect(app, {
      connectionParams: { 'x-gateway-secret': gatewaySecret, authorization: 'Bearer x' },
    })
    expect(await first(client, changes)).toMatchObject({ code: 4403, reason: 'Invalid token.' })
  })

  it('opens no stream for the anonymous', async () => {
    const client = connect(app, { connectionParams: () => shown(app.nobody) })
    expect(await first(client, changes)).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  })

  it('is closed when the token expires, and its streams with it', async () => {
    const { id } = app.stranger('alice')
    // The clock stands still until the token has been looked at, however slow the machine is.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const exp = Math.floor(Date.now() / 1_000) - 3
    const token = await app.issuer.token({ sub: id, exp })
    const client = connect(app, {
      connectionParams: () => shown({ token: () => Promise.resolve(token) }),
    })
    expect(await first(client, changes)).toMatchObject({
      code: 4403,
      reason: 'The token has expired.',
    })
    await until(async () => (await openStreams(app)) === 0)
  })

  it('is closed when it does not say who it is', async () => {
    const socket = new WebSocket(urlOf(app), 'graphql-transport-ws')
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4408)
  })

  it('is closed when it sends too much, or what is no message', async () => {
    for (const [sent, expected] of [
      ['x'.repeat(limits.request.bodyBytes + 1), 1009],
      ['{"type":"unheard of"}', 4400],
    ] as const) {
      const socket = new WebSocket(urlOf(app), 'graphql-transport-ws')
      socket.on('open', () => {
        socket.send(sent)
      })
      expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(expected)
    }
  })

  it('is cut off when it says more and more and reads no answer', async () => {
    const [alice] = await app.people('alice')
    const socket = new WebSocket(urlOf(app), 'graphql-transport-ws')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.on('open', resolve))
    const send = (message: object) =>
      new Promise<Error | null>((resolve) => {
        socket.send(JSON.stringify(message), (error) => {
          resolve(error ?? null)
        })
      })
    await send({ type: 'connection_init', payload: await shown(alice) })
    socket.pause()
    let [sent, failure]: [number, Error | null] = [0, null]
    while (failure === null && sent++ < 100)
      failure = await send({ type: 'ping', payload: { text: 'x'.repeat(400_000) } })
    expect(failure).toBeInstanceOf(Error)
    socket.terminate()
  })

  it('is at the path of GraphQL only, and other upgrades are answered as if they were none', async () => {
    const other = new WebSocket(urlOf(app).replace('/graphql', '/livez'))
    expect(String(await new Promise((resolve) => other.on('error', resolve)))).toContain('404')
    const status = await new Promise((resolve) => {
      httpRequest(
        new URL('/livez', app.server.url),
        { headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' } },
        (response) => {
          resolve(response.statusCode)
          response.resume()
        },
      ).end()
    })
    expect(status).toBe(200)
  })
})

describe('a service that ends', () => {
  it('asks its sockets to go elsewhere, and hangs up on those that stay', async () => {
    const app = await openIsolatedTestService()
    const [alice] = await app.people('alice')
    const client = connect(app, { connectionParams: () => shown(alice) })
    const told = first(client, changes)
    await until(async () => (await openStreams(app)) === 1)
    const deaf = new WebSocket(urlOf(app), 'graphql-transport-ws')
    await new Promise((resolve) => deaf.on('open', resolve))
    deaf.pause()
    const began = performance.now()
    await app.server.drain()
    expect(performance.now() - began).toBeLessThan(limits.deadlines.drainMs)
    expect(await told).toMatchObject({ code: 1001 })
  })
})

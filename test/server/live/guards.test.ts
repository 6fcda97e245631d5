import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { createKey } from '../../support/issuer.ts'
import { changes, dispatch, readStream, subscribe as open } from '../../support/streams.ts'
import {
  gatewaySecret,
  openIsolatedTestService,
  openTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'

const follow = 'mutation ($id: ID!) { followUser(userId: $id) { changed } }'

/** Opens a stream that is closed when the test is over. */
async function subscribe(...asked: Parameters<typeof open>) {
  const stream = await open(...asked)
  onTestFinished(stream.close)
  return stream
}

/** How many streams the service says that it has. */
async function openStreams({ server }: TestService): Promise<number> {
  const { values } = await server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

describe('the way of subscriptions', async () => {
  const app = await openTestService({ NODE_ENV: 'production' })

  /** The same document by the way of every other operation. */
  async function ordinary(who: Person, query: string, variables = {}) {
    const { errors, status } = await who.ask(query, variables)
    return { errors, status }
  }

  it.each(['GET', 'POST'])('runs no query and no mutation (%s)', async (method) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const token = await alice.token()
    for (const query of [
      `mutation { followUser(userId: "${bob.id}") { changed } }`,
      '{ viewer { id } }',
      `query Q { viewer { id } } subscription S { relationshipChanged { id } }`,
    ]) {
      const sent = { query, operationName: query.includes('Q') ? 'Q' : undefined }
      const url = new URL(app.server.url)
      if (method === 'GET') {
        url.searchParams.set('query', query)
        if (sent.operationName !== undefined) url.searchParams.set('operationName', 'Q')
      }
      const response = await fetch(url, {
        method,
        headers: {
          accept: 'text/event-stream',
          'x-gateway-secret': gatewaySecret,
          authorization: `Bearer ${String(token)}`,
          ...(method === 'POST' && { 'content-type': 'application/json' }),
        },
        ...(method === 'POST' && { body: JSON.stringify(sent) }),
      })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_REQUEST' } }],
      })
    }
    const { rows } = await app.admin.query(
      'select 1 from user_follows where follower_user_id = $1',
      [alice.id],
    )
    expect(rows).toEqual([])
  })

  it('is the only one that subscriptions have', async () => {
    const [alice] = await app.people('alice')
    const { status, errors } = await ordinary(alice, changes)
    expect(status).toBe(400)
    expect(errors).toMatchObject([
      { message: /Accept: text\/event-stream/, extensions: { code: 'BAD_REQUEST' } },
    ])
  })

  it('is not for the anonymous, for services, or without the secret', async () => {
    expect(await (await subscribe(app, app.nobody)).next()).toMatchObject({
      errors: [{ message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } }],
    })
    expect(await (await subscribe(app, app.service)).next()).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
    const { status } = await subscribe(app, app.nobody, changes, {
      headers: { 'x-gateway-secret': 'a guess' },
    })
    expect(status).toBe(401)
    expect(await openStreams(app)).toBe(0)
  })

  it('refuses a document with the errors that it has elsewhere, and tells nothing of the schema', async () => {
    const [alice] = await app.people('alice')
    for (const query of [
      'subscription { relationshipChanged { kinds } }',
      'subscription { relationshipChange { kind } }',
      'subscription { relationshipChanged { ',
      'subscription { relationshipChanged { id } again: relationshipChanged { id } }',
      `subscription { relationshipChanged { ${'id '.repeat(2_000)} } }`,
      `subscription { relationshipChanged { id ${'@skip(if: false) '.repeat(60)} } }`,
    ]) {
      const stream = await subscribe(app, alice, query)
      const told = await stream.next()
      expect(told?.errors).toEqual((await ordinary(alice, query)).errors)
      expect(told?.errors?.[0]?.message).not.toMatch(/did you mean/i)
      expect(told?.data).toBeUndefined()
      expect(await stream.next()).toBeNull()
    }
  })

  it.each([
    [
      `{ relationshipChanged { ${'user { relationship { '.repeat(6)} id ${'} }'.repeat(6)} } }`,
      {},
      /^The operation is \d+ levels/,
    ],
    [
      `($n: Int) { relationshipChanged { user { followers(first: $n) { edges { node {
         followers(first: $n) { edges { node { followers(first: $n) { edges { node { id } } } } } } } } } } } }`,
      { n: 100 },
      /^The operation costs \d+/,
    ],
    [
      '($n: Int) { relationshipChanged { user { followers(first: $n) { totalCount } } } }',
      { n: 'x' },
      /^Variable "\$n" got invalid value/,
    ],
  ])(
    'refuses what asks too much, or with a wrong variable: %s',
    async (rest, variables, message) => {
      const [alice] = await app.people('alice')
      const stream = await subscribe(app, alice, `subscription ${rest}`, { variables })
      expect((await stream.next())?.errors).toMatchObject([
        {
          message: expect.stringMatching(message) as string,
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ])
    },
  )

  it('names no operation that is not there', async () => {
    const [alice] = await app.people('alice')
    const response = await fetch(app.server.url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'x-gateway-secret': gatewaySecret,
        authorization: `Bearer ${String(await alice.token())}`,
      },
      body: JSON.stringify({
        query: 'subscription A { relationshipChanged { id } }',
        operationName: 'B',
      }),
    })
    expect(await readStream(response).next()).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    })
  })

  it('masks what is no error of the client’s', async () => {
    const isolated = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [alice, bob] = await isolated.people('alice', 'bob')
    const stream = await subscribe(
      isolated,
      bob,
      'subscription { relationshipChanged { kind relationship { isFollowing } } }',
    )
    await alice.ask(follow, { id: bob.id })
    await isolated.admin.query('alter function my_pair_summaries(uuid[]) rename to lost')
    await dispatch(isolated)
    const told = await stream.next()
    expect(told?.data).toEqual({
      relationshipChanged: { kind: 'FOLLOWED', relationship: null },
    })
    expect(told?.errors).toMatchObject([
      {
        message: 'Unexpected error. Include the errorId when you report it.',
        path: ['relationshipChanged', 'relationship'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ])
  })

  it('refuses one more stream than a person may have, until one of them ends', async () => {
    const [alice] = await app.people('alice')
    const streams = await Promise.all(
      Array.from({ length: limits.live.perPerson }, () => subscribe(app, alice)),
    )
    expect(await openStreams(app)).toBe(limits.live.perPerson)
    expect(await (await subscribe(app, alice)).next()).toMatchObject({
      errors: [{ extensions: { code: 'OVERLOADED', retryAfter: 1 } }],
    })
    streams[0]?.close()
    await until(async () => (await openStreams(app)) < limits.live.perPerson)
    await subscribe(app, alice)
    expect(await openStreams(app)).toBe(limits.live.perPerson)
    for (const stream of streams) stream.close()
  })

  it('ends when the token expires, and says so', async () => {
    const { id } = app.stranger('alice')
    // Clocks may differ by five seconds, so this one is good for one or two more, and the clock
    // stands still until it has been looked at, however slow the machine is.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const exp = Math.floor(Date.now() / 1_000) - 3
    const token = await app.issuer.token({ sub: id, exp })
    const stream = await subscribe(app, { token: () => Promise.resolve(token) })
    expect(stream.text()).not.toContain('expired')
    expect(await stream.next()).toEqual({
      errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    })
    expect(await stream.next()).toBeNull()
    expect(stream.text()).toMatch(/event: complete\n/)
  })

  it('ends when the key of the token is taken back', async () => {
    const isolated = await openIsolatedTestService()
    const [alice, bob] = await isolated.people('alice', 'bob')
    const stream = await subscribe(isolated, bob)
    isolated.issuer.published.splice(0, 1, await createKey('second'))
    // An unknown key makes the service read the keys again, at most once in half a minute.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    await alice.ask(follow, { id: bob.id })
    await dispatch(isolated)
    expect(await stream.next()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })
})

describe('a stream that nothing happens on', () => {
  it('is kept open beyond the time after which silent connections are closed', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob] = await app.people('alice', 'bob')
    app.server.app.server.timeout = (limits.live.pingSeconds + 1) * 1_000
    const stream = await subscribe(app, bob)
    await sleep((limits.live.pingSeconds + 3) * 1_000)
    await alice.ask(follow, { id: bob.id })
    await dispatch(app)
    expect(await stream.next()).toMatchObject({
      data: { relationshipChanged: { kind: 'FOLLOWED' } },
    })
  })

  it('costs one statement for all of them, and none when nobody listens', async () => {
    const app = await openIsolatedTestService()
    const people = await app.people('alice', 'bob', 'carol', 'dave')
    let statements = 0
    const { database } = app.server
    Object.defineProperty(database, 'probe', {
      get() {
        statements++
        return Reflect.get(Object.getPrototypeOf(database) as object, 'probe', database) as unknown
      },
    })
    const began = performance.now()
    const streams = await Promise.all(people.map((person) => subscribe(app, person)))
    await until(() => statements > 3)
    // One more, because a timer may be a moment early.
    expect(statements).toBeLessThan(2 + (performance.now() - began) / limits.live.pollMs)
    for (const stream of streams) stream.close()
    await until(async () => (await openStreams(app)) === 0)
    statements = 0
    await sleep(600)
    expect(statements).toBe(0)
  })

  it('is forgotten as soon as its client has left', async () => {
    const app = await openIsolatedTestService()
    const [bob] = await app.people('bob')
    const stream = await subscribe(app, bob)
    expect(await openStreams(app)).toBe(1)
    stream.close()
    const left = performance.now()
    await until(async () => (await openStreams(app)) === 0)
    // That is before its next sign of life could fail.
    expect(performance.now() - left).toBeLessThan(limits.live.pingSeconds * 1_000 - 2_000)
  })
})

describe('a service that ends', () => {
  it('ends its streams first, and tells their clients to subscribe again', async () => {
    const app = await openIsolatedTestService()
    const [bob] = await app.people('bob')
    const stream = await subscribe(app, bob)
    const began = performance.now()
    await app.server.drain()
    // It does not wait for them until it has to cut them off.
    expect(performance.now() - began).toBeLessThan(limits.deadlines.drainMs)
    expect(await stream.next()).toEqual({
      errors: [
        {
          message: 'The service is restarting. Subscribe again.',
          extensions: { code: 'OVERLOADED', retryAfter: 1 },
        },
      ],
    })
    expect(await stream.next()).toBeNull()
  })
})

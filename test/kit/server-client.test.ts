import { parse, validate } from 'graphql'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as graph from '../../src/generated/graphql.ts'
import {
  type ConnectionsClientOptions,
  ConnectionsRequestError,
  createConnectionsClient,
  type GameFact,
  type PairInteraction,
  type UserProfile,
} from '../../src/kit/server/client.ts'
import { mostAtOnce, operations } from '../../src/kit/server/operations.ts'
import { limits } from '../../src/limits.ts'
import { buildSchema } from '../../src/server/schema.ts'
import {
  type Fault,
  hangUp,
  page,
  sayNothing,
  startFaultyProxy,
  unavailable,
} from '../support/faulty-proxy.ts'
import { newUserId, openIsolatedTestService, openTestService } from '../support/test-service.ts'

const secret = 'the-secret-of-the-chat-service'
const app = await openTestService({ NODE_ENV: 'production', SERVICE_SECRETS: `chat:${secret}` })
const token = () =>
  app.issuer.token({ sub: 'service:chat', client_id: 'chat', scope: 'connections:service' })

/** A client that asks through a proxy which does these things to its first requests. */
async function open(faults: Fault[] = [], options: Partial<ConnectionsClientOptions> = {}) {
  const proxy = await startFaultyProxy(app.server.url, faults)
  const client = createConnectionsClient({ url: proxy.url, secret, token, ...options })
  return { client, seen: proxy.seen }
}

async function failureOf(work: Promise<unknown>): Promise<ConnectionsRequestError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConnectionsRequestError)
  return error as ConnectionsRequestError
}

const BlockUser = 'mutation ($userId: ID!) { blockUser(userId: $userId) { changed } }'
const FollowUser = 'mutation ($userId: ID!) { followUser(userId: $userId) { changed } }'

describe('a backend that asks about pairs', () => {
  it('gets what each may do, in order, the fourth time as the first', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await alice.ask(BlockUser, { userId: bob.id })
    const { client } = await open()
    const pairs = [
      { actorId: bob.id, otherId: alice.id },
      { actorId: carol.id, otherId: alice.id },
      { actorId: alice.id, otherId: alice.id },
    ]
    for (let time = 0; time < 4; time++) {
      const answers = await client.interactions(pairs)
      expect(answers.map((each) => each?.see)).toEqual([false, true, false])
      expect(answers[1]).toEqual({
        actorId: carol.id,
        otherId: alice.id,
        see: true,
        message: true,
        invite: true,
        follow: true,
        requestFriend: true,
        friendshipLevel: null,
      } satisfies PairInteraction)
    }
  })

  it('gets any number of pairs, 200 a request, and asks nothing about none', async () => {
    const [alice] = await app.people('alice')
    const { client, seen } = await open()
    const others = Array.from({ length: 450 }, () => newUserId())
    const answers = await client.interactions(
      others.map((otherId) => ({ actorId: alice.id, otherId })),
    )
    expect(answers.map((each) => each?.otherId)).toEqual(others)
    expect(seen.map(({ body }) => (body.variables['pairs'] as []).length)).toEqual([200, 200, 50])
    expect(await client.interactions([])).toEqual([])
    expect(seen).toHaveLength(3)
  })

  it('gets null for a pair whose id is none, and the others', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client } = await open()
    const answers = await client.interactions([
      { actorId: alice.id, otherId: bob.id },
      { actorId: alice.id, otherId: 'bob' },
      { actorId: bob.id, otherId: alice.id },
    ])
    expect(answers.map((each) => each?.see ?? null)).toEqual([true, null, true])
  })

  it('gets every ordered pair of a group, null for those with an id that is none', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await alice.ask(BlockUser, { userId: bob.id })
    const { client, seen } = await open()
    const answers = await client.interactionsWithin([alice.id, bob.id, carol.id])
    const seeing = answers.filter((each) => each?.see)
    expect(answers).toHaveLength(6)
    expect(seeing.map((each) => [each?.actorId, each?.otherId]).sort()).toEqual(
      [
        [alice.id, carol.id],
        [bob.id, carol.id],
        [carol.id, alice.id],
        [carol.id, bob.id],
      ].sort(),
    )
    const odd = await client.interactionsWithin([alice.id, 'bob', carol.id])
    expect(odd.filter((each) => each === null)).toHaveLength(4)
    expect(await client.interactionsWithin([])).toEqual([])
    expect(seen).toHaveLength(2)
    const crowd = Array.from({ length: 51 }, () => newUserId())
    expect((await failureOf(client.interactionsWithin(crowd))).code).toBe('BAD_USER_INPUT')
  })
})

describe('a backend that lists for a person', () => {
  it('gets everybody hidden, page after page, and no page that it does not take', async () => {
    const [alice] = await app.people('alice')
    const people = await app.people(...Array.from({ length: 130 }, (_, n) => `person ${n}`))
    await app.admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id, created_at)
       select unnest($1::uuid[]), $2, now()`,
      [people.map(({ id }) => id), alice.id],
    )
    const { client, seen } = await open()
    const ids: string[] = []
    for await (const id of client.hiddenFrom(alice.id)) ids.push(id)
    expect(ids.sort()).toEqual(people.map(({ id }) => id).sort())
    expect(seen).toHaveLength(2)
    for await (const id of client.hiddenFrom(alice.id)) {
      expect(ids).toContain(id)
      break
    }
    expect(seen).toHaveLength(3)
  })
})

describe('a backend that knows people', () => {
  it('registers any number of them, 1,000 a request, again without a change', async () => {
    const { client, seen } = await open()
    const ids = Array.from({ length: 2_300 }, () => newUserId())
    expect(await client.registerUsers(ids)).toEqual({ changed: true })
    expect(seen.map(({ body }) => (body.variables['ids'] as []).length)).toEqual([
      1_000, 1_000, 300,
    ])
    const { rows } = await app.admin.query('select from users where id = any ($1)', [ids])
    expect(rows).toHaveLength(ids.length)
    expect(await client.registerUsers(ids)).toEqual({ changed: false })
  })

  it('is told which argument was refused', async () => {
    const { client } = await open()
    const { code, path } = await failureOf(client.registerUsers(['bob']))
    expect({ code, path }).toEqual({ code: 'INVALID_INPUT', path: ['registerUsers', 'ids'] })
  })

  it('tells any number of facts, 500 a request, again without a change', async () => {
    const { client, seen } = await open()
    const game = `game-${newUserId()}`
    const facts = Array.from({ length: 1_100 }, (_, n): GameFact => {
      const at = n % 2 === 0 ? new Date() : new Date().toISOString()
      return { id: `${game} ${n}`, kind: 'PARTICIPATED', gameId: game, userId: newUserId(), at }
    })
    expect(await client.recordGameFacts(facts)).toEqual({ recorded: 1_100, known: 0, skipped: 0 })
    expect(seen.map(({ body }) => (body.variables['facts'] as []).length)).toEqual([500, 500, 100])
    expect(await client.recordGameFacts(facts)).toEqual({ recorded: 0, known: 1_100, skipped: 0 })
    expect(await client.recordGameFacts([])).toEqual({ recorded: 0, known: 0, skipped: 0 })
  })

  it('is told which of all its facts was refused', async () => {
    const { client } = await open()
    const facts = Array.from({ length: 600 }, (_, n): GameFact => ({
      id: newUserId(),
      kind: 'PARTICIPATED',
      gameId: n === 517 ? '' : 'a game',
      userId: newUserId(),
      at: new Date(),
    }))
    const { code, path } = await failureOf(client.recordGameFacts(facts))
    expect({ code, path }).toEqual({
      code: 'INVALID_INPUT',
      path: ['recordGameFacts', 'facts', 517, 'gameId'],
    })
  })

  it('gets usernames and profiles, in order, and null for what is no id', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const username = `alice_${alice.id.slice(0, 8)}`
    await alice.ask('mutation ($u: String!) { claimUsername(username: $u) { changed } }', {
      u: username,
    })
    const { client } = await open()
    const [ofBob, none, ofAlice] = await client.users([bob.id, 'nobody', alice.id])
    expect([ofBob?.id, none, ofAlice]).toMatchObject([bob.id, null, { id: alice.id, username }])
  })

  it('may ask whatever else the graph has', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    const { client } = await open()
    const query = `query ($people: [_Any!]!) {
      _entities(representations: $people) { ... on User { followers { totalCount } } }
    }`
    const people = [{ __typename: 'User', id: bob.id }]
    expect(await client.request(query, { people })).toEqual({
      _entities: [{ followers: { totalCount: 1 } }],
    })
    const { code } = await failureOf(client.request('{ noSuchField }'))
    expect(code).toBe('GRAPHQL_VALIDATION_FAILED')
  })
})

describe('a request that fails', () => {
  const ask = (client: Awaited<ReturnType<typeof open>>['client']) =>
    client.registerUsers([newUserId()])

  it.each([
    ['503 without a body for programs', page(503)],
    ['502 from a proxy', page(502)],
    ['OVERLOADED', unavailable('OVERLOADED')],
    ['OVERLOADED with status 200', unavailable('OVERLOADED', 0, 200)],
    ['DATABASE_UNAVAILABLE', unavailable('DATABASE_UNAVAILABLE')],
    ['a connection that is cut', hangUp],
  ])('is sent again and answered: %s', async (_which, fault) => {
    const { client, seen } = await open([fault])
    expect(await ask(client)).toEqual({ changed: true })
    expect(seen).toHaveLength(2)
  })

  it('is sent again no sooner than the service says, and not all clients at once', async () => {
    const waits: number[] = []
    for (let time = 0; time < 5; time++) {
      const { client, seen } = await open([unavailable('OVERLOADED', 0.3)])
      await ask(client)
      waits.push((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0))
    }
    expect(Math.min(...waits)).toBeGreaterThan(295)
    expect(new Set(waits.map(Math.round)).size).toBeGreaterThan(1)
    const { client, seen } = await open([page(503, { 'retry-after': '1' })])
    await ask(client)
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(990)
  })

  it('is given up after as many retries as were allowed, with what the service said last', async () => {
    const faults = Array.from({ length: 9 }, () => unavailable('OVERLOADED'))
    const { client, seen } = await open(faults, { retries: 2 })
    const { code, status, attempts } = await failureOf(ask(client))
    expect({ code, status, attempts }).toEqual({ code: 'OVERLOADED', status: 503, attempts: 3 })
    expect(seen).toHaveLength(3)
  })

  it('is given up at once when the next attempt would come too late', async () => {
    const { client, seen } = await open([unavailable('DATABASE_UNAVAILABLE', 50)], {
      timeoutMs: 40_000,
    })
    const begun = performance.now()
    expect((await failureOf(ask(client))).code).toBe('DATABASE_UNAVAILABLE')
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(seen).toHaveLength(1)
  })

  it('ends at its deadline when nobody answers, or the token does not come', async () => {
    const { client } = await open([sayNothing], { timeoutMs: 400 })
    expect(await failureOf(ask(client))).toMatchObject({ code: 'TIMEOUT', status: null })
    const forever = new Promise<string>(() => undefined)
    const waiting = await open([], { timeoutMs: 200, token: () => forever })
    expect(await failureOf(ask(waiting.client))).toMatchObject({ code: 'TIMEOUT' })
    expect(waiting.seen).toHaveLength(0)
  })

  it('ends when the caller has had enough, with the caller’s reason, also while it waits', async () => {
    for (const fault of [sayNothing, unavailable('OVERLOADED', 5)]) {
      const { client } = await open([fault])
      const reason = new Error('the user has left')
      const controller = new AbortController()
      setTimeout(() => {
        controller.abort(reason)
      }, 200)
      const { signal } = controller
      await expect(client.registerUsers([newUserId()], { signal })).rejects.toBe(reason)
    }
  })

  it('is not sent again when it was refused', async () => {
    const refused: Record<string, Partial<ConnectionsClientOptions>> = {
      'a wrong secret': { secret: 'not-the-secret-at-all' },
      'a bad token': { token: () => 'garbage' },
      'a person’s token': { token: () => app.issuer.token({ sub: newUserId() }) },
    }
    const codes = []
    for (const options of Object.values(refused)) {
      const { client, seen } = await open([], options)
      const { code, status, requestId, message } = await failureOf(ask(client))
      codes.push([status, code])
      expect(requestId).toMatch(/^[\da-f-]{36}$/)
      expect(message).toContain(requestId)
      expect(seen).toHaveLength(1)
    }
    expect(codes).toEqual([
      [401, 'UNAUTHENTICATED'],
      [401, 'UNAUTHENTICATED'],
      [403, 'FORBIDDEN'],
    ])
    const { client, seen } = await open()
    const { code, path } = await failureOf(client.hiddenFrom('bob').next())
    expect({ code, path }).toEqual({ code: 'BAD_USER_INPUT', path: ['hiddenFrom'] })
    expect(seen).toHaveLength(1)
  })

  it('says that the secret is not known any more, and neither the secret nor the token', async () => {
    const later = await openIsolatedTestService({ NODE_ENV: 'production' })
    const client = createConnectionsClient({ url: later.server.url, secret, token })
    const error = await failureOf(ask(client))
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, attempts: 1 })
    expect(error.message).toContain('Missing or wrong X-Gateway-Secret')
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(secret)
  })

  it('says that there was no token, and why', async () => {
    const cause = new Error('the auth service is down')
    const { client, seen } = await open([], { token: () => Promise.reject(cause) })
    expect(await failureOf(ask(client))).toMatchObject({ code: 'TOKEN_UNAVAILABLE', cause })
    expect(seen).toHaveLength(0)
  })

  it('does not follow a redirect with its secret', async () => {
    const elsewhere = await startFaultyProxy(app.server.url)
    const redirect = page(307, { location: elsewhere.url })
    const { client } = await open([redirect, redirect], { retries: 1 })
    expect((await failureOf(ask(client))).code).toBe('NETWORK_ERROR')
    expect(elsewhere.seen).toHaveLength(0)
  })

  it('says that something else answered', async () => {
    const { client, seen } = await open([page(200)])
    expect(await failureOf(ask(client))).toMatchObject({ code: 'BAD_RESPONSE', status: 200 })
    expect(seen).toHaveLength(1)
  })

  it('brings a fresh token each time', async () => {
    let tokens = 0
    const { client, seen } = await open([page(503)], {
      token: async () => {
        tokens++
        return token()
      },
    })
    await ask(client)
    expect(tokens).toBe(2)
    expect(seen).toHaveLength(2)
  })
})

describe('the operations of the client', () => {
  it.each([null, 'Social'])('are valid where types have the prefix %s', (prefix) => {
    const schema = buildSchema({ content: [] }, { typePrefix: prefix ?? '', without: [] })
    for (const [name, document] of Object.entries(operations(prefix ?? '')))
      expect({ name, errors: validate(schema, parse(document)) }).toEqual({ name, errors: [] })
  })

  it('ask for as much at once as the service allows', () => {
    expect(mostAtOnce.pairs).toBe(limits.interactionsAtOnce)
    expect(mostAtOnce.registered).toBe(limits.registeredAtOnce)
    expect(mostAtOnce.facts).toBe(limits.gameFacts.atOnce)
    expect(mostAtOnce.page).toBe(limits.page.most)
    expect(mostAtOnce.users).toBeLessThanOrEqual(limits.entitiesAtOnce)
  })

  it('are typed as the graph is', () => {
    type Plain<Type> = Omit<Type, '__typename'>
    type Others = 'actor' | 'other' | 'actorId' | 'otherId' | 'friendshipLevel'
    expectTypeOf<Omit<PairInteraction, Others>>().toEqualTypeOf<
      Readonly<Omit<Required<Plain<graph.PairInteraction>>, Others>>
    >()
    expectTypeOf<PairInteraction['friendshipLevel']>().toEqualTypeOf<graph.FriendshipLevel | null>()
    expectTypeOf<GameFact['kind']>().toEqualTypeOf<graph.GameFactKind>()
    expectTypeOf<keyof GameFact>().toEqualTypeOf<keyof graph.GameFactInput>()
    expectTypeOf<keyof UserProfile>().toEqualTypeOf<keyof Plain<graph.UserProfile>>()
  })
})

import { QueryClient } from '@tanstack/query-core'
import { describe, expect, it } from 'vitest'
import * as kit from '../../../src/kit/client/client.ts'
import {
  type Fault,
  hangUp,
  page,
  sayNothing,
  startFaultyProxy,
  unavailable,
} from '../../support/faulty-proxy.ts'
import { failureOf, kitClient } from '../../support/kit-client.ts'
import {
  openIsolatedTestService,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import { relationshipOf } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

/** A client that asks through a proxy which does these things to its first requests. */
async function open(
  person: Person,
  faults: Fault[] = [],
  options: Partial<kit.ConnectionsClientOptions> = {},
) {
  const proxy = await startFaultyProxy(app.server.url, faults)
  return { client: kitClient(app, person, { url: proxy.url, ...options }), seen: proxy.seen }
}

describe('a token that has expired', () => {
  /** Gives expired tokens until it is told to refresh. */
  async function expiring(person: Person) {
    const old = await app.issuer.token({ sub: person.id, exp: Math.floor(Date.now() / 1_000) - 60 })
    let token = old
    let refreshed = 0
    const getToken = async ({ refresh }: { refresh: boolean }) => {
      if (refresh) {
        refreshed++
        token = (await person.token()) ?? ''
      }
      return token
    }
    return { getToken, refreshed: () => refreshed, old }
  }

  it('is refreshed once for all requests that were refused, and they are answered', async () => {
    const [alice] = await app.people('alice')
    const { getToken, refreshed } = await expiring(alice)
    const { client, seen } = await open(alice, [], { getToken })
    await Promise.all([
      kit.listFriends(client),
      kit.listContacts(client),
      kit.requestFriend(client, { userId: app.stranger('bob').id }).catch(() => null),
    ])
    expect(refreshed()).toBe(1)
    expect(seen).toHaveLength(6)
    await kit.listFriends(client)
    expect(seen).toHaveLength(7)
  })

  it('is not refreshed twice for one request', async () => {
    const [alice] = await app.people('alice')
    const { old } = await expiring(alice)
    let refreshed = 0
    const { client, seen } = await open(alice, [], {
      getToken: ({ refresh }) => {
        if (refresh) refreshed++
        return refresh ? `${old}again` : old
      },
    })
    expect(await failureOf(kit.listFriends(client))).toMatchObject({
      code: 'UNAUTHENTICATED',
      refused: false,
      retryable: false,
    })
    expect({ refreshed, requests: seen.length }).toEqual({ refreshed: 1, requests: 2 })
  })

  it('is told apart from a token that cannot be had, and from none', async () => {
    const [alice] = await app.people('alice')
    const broken = new Error('no session')
    const { client } = await open(alice, [], {
      getToken: () => {
        throw broken
      },
    })
    const error = await failureOf(kit.listFriends(client))
    expect(error.code).toBe('TOKEN_UNAVAILABLE')
    expect(error.cause).toBe(broken)
    const nobody = await open(alice, [], { viewer: null, getToken: () => null })
    expect(await failureOf(kit.listFriends(nobody.client))).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    const followed = await kit.listFollowers(nobody.client, { userId: alice.id })
    expect(followed.edges).toEqual([])
  })
})

describe('a failure', () => {
  it.each([
    ['nobody answers', hangUp, { code: 'NETWORK_ERROR', retryable: true, status: null }],
    ['a proxy says so', page(502), { code: 'BAD_RESPONSE', retryable: true, status: 502 }],
    ['the page is not there', page(404), { code: 'BAD_RESPONSE', retryable: false, status: 404 }],
    [
      'the service has too much to do',
      unavailable('OVERLOADED', 2, 200),
      { code: 'OVERLOADED', retryable: true, retryAfter: 2 },
    ],
    [
      'a gateway gives no code',
      (_request, response) => {
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end('{"errors":[{"message":"Variable \\"$first\\" got invalid value."}]}')
      },
      { code: 'BAD_USER_INPUT', retryable: false },
    ],
  ] satisfies [string, Fault, object][])('is told when %s', async (_when, fault, expected) => {
    const [alice] = await app.people('alice')
    const { client, seen } = await open(alice, [fault])
    expect(await failureOf(kit.listFriends(client))).toMatchObject(expected)
    expect(seen).toHaveLength(1)
  })

  it('is one, too, when nothing comes in time', async () => {
    const [alice] = await app.people('alice')
    const { client } = await open(alice, [sayNothing], { timeoutMs: 50 })
    expect(await failureOf(kit.listFriends(client))).toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    })
  })

  it('names the argument that is wrong', async () => {
    const [alice] = await app.people('alice')
    const { client } = await open(alice)
    const error = await failureOf(kit.listFriends(client, { first: 1_000 }))
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false })
    expect(error.path?.slice(0, 2)).toEqual(['viewer', 'friends'])
  })

  it('repeats no token', async () => {
    const [alice] = await app.people('alice')
    const token = (await alice.token()) ?? ''
    const { client } = await open(alice, [hangUp, page(500)], { getToken: () => token })
    for (const error of [
      await failureOf(kit.listFriends(client)),
      await failureOf(kit.listFriends(client)),
    ])
      expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain(token)
  })
})

describe('a call', () => {
  it('ends when it is aborted, with the reason of the signal', async () => {
    const [alice] = await app.people('alice')
    const { client } = await open(alice, [sayNothing])
    const leaving = new AbortController()
    const call = kit.listFriends(client, {}, { signal: leaving.signal })
    setTimeout(() => {
      leaving.abort(new Error('The screen is gone.'))
    }, 50)
    await expect(call).rejects.toThrow('The screen is gone.')
  })

  it('ends when the client is closed, and none begins after that', async () => {
    const [alice] = await app.people('alice')
    const { client, seen } = await open(alice, [sayNothing])
    const call = kit.listFriends(client)
    setTimeout(() => {
      client.close()
    }, 50)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await expect(kit.listFriends(client)).rejects.toMatchObject({ name: 'AbortError' })
    expect(seen.length).toBeLessThan(2)
  })

  it('that outlives a closed client is sent as the person who made it, whoever signs in', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    let present = alice
    const getToken = async () => (await present.token()) ?? null
    const { client } = await open(alice, [], { getToken })
    await kit.listFriends(client)
    client.close()
    present = bob
    await kit.followUser(client, { userId: carol.id }, { keepalive: true })
    expect(await relationshipOf(alice, carol)).toMatchObject({ isFollowing: true })
    expect(await relationshipOf(bob, carol)).toMatchObject({ isFollowing: false })
  })

  it('names types with the prefix of the service', async () => {
    const prefixed = await openIsolatedTestService({ TYPE_PREFIX: 'Social' })
    const [alice] = await prefixed.people('alice')
    const client = kitClient(prefixed, alice, { typePrefix: 'Social' })
    expect((await kit.listFriends(client, { level: 'CLOSE' })).edges).toEqual([])
    await kit.updatePrivacySettings(client, { settings: { discoverable: false } })
    expect(await kit.getPrivacySettings(client)).toMatchObject({ discoverable: false })
    expect(
      await failureOf(kit.listFriends(kitClient(prefixed, alice), { level: 'CLOSE' })),
    ).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })
})

describe('a query in a cache', () => {
  it('is tried again after as long as the service asks for', async () => {
    const [alice] = await app.people('alice')
    const { client, seen } = await open(alice, [unavailable('OVERLOADED', 1.5)])
    const { edges } = await new QueryClient().query(kit.queryOptions(client, kit.listFriends))
    expect(edges).toEqual([])
    expect(seen).toHaveLength(2)
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_490)
  })

  it('is not tried again when it is refused', async () => {
    const [alice] = await app.people('alice')
    const { client, seen } = await open(alice)
    const options = kit.queryOptions(client, kit.listFriends, { first: 0 })
    const error = await failureOf(new QueryClient().query(options))
    expect(error.code).toBe('BAD_USER_INPUT')
    expect(seen).toHaveLength(1)
  })

  it('gives up after three more attempts, each after a longer wait', () => {
    const { retry, retryDelay } = kit.retryPolicy
    const error = new kit.ConnectionsRequestError('', { code: 'NETWORK_ERROR' })
    expect([0, 1, 2, 3].map((failures) => retry(failures, error))).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect([0, 1, 2, 9].map((failures) => retryDelay(failures, error))).toEqual([
      1_000, 2_000, 4_000, 30_000,
    ])
  })
})

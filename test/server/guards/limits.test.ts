import { buildASTSchema, parse } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { useQuota } from '../../../src/pairs/quota.ts'
import type { RateLimit } from '../../../src/server/guards/rate-limit-store.ts'
import { limitRates } from '../../../src/server/guards/rate-limits.ts'
import { buildSchema } from '../../../src/server/schema.ts'
import { type RunningServer, startServer } from '../../../src/server/server.ts'
import { withGames } from '../../support/content.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, codeOf, links, verbs } from '../../support/verbs.ts'
import { fromGateway, send } from '../../support/wire.ts'

/**
 * One person's requests wait for each other. The more of them wait in the database at once, the
 * longer the last one does, on a busy machine up to the `lock_timeout`; with a small pool they wait
 * outside.
 */
const app = await openTestService({ DATABASE_POOL_SIZE: '8' })
const day = 24 * 60 * 60 * 1_000

interface Payload {
  changed: boolean
  userErrors: { code: string; retryAt: string | null }[]
}

const answer = '{ changed userErrors { code retryAt } }'
const Ask = `mutation ($id: ID!) { payload: requestFriend(userId: $id) ${answer} }`
const discoverable = `updatePrivacySettings(settings: { discoverable: true }) ${answer}`
const Discoverable = `mutation { payload: ${discoverable} }`
const Quotas = '{ viewer { quotas { action limit remaining resetsAt } } }'
const QuotasOf = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User { id quotas { action remaining } } }
}`
const represent = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'User', id })) })

/** So many people whom nobody knows. */
const crowd = (size: number) =>
  app.people(...Array.from({ length: size }, (_, place) => `person ${String(place)}`))

/** The same call for many people, as aliases of one document. */
async function inOneDocument(asker: Asker, call: string, others: readonly Person[]) {
  const names = others.map((_, place) => `p${String(place)}`)
  const { data, body } = await asker.ask(
    `mutation (${names.map((name) => `$${name}: ID!`).join(' ')}) {
      ${names.map((name) => `${name}: ${call.replace('$id', `$${name}`)} ${answer}`).join('\n')}
    }`,
    Object.fromEntries(others.map(({ id }, place) => [`p${String(place)}`, id])),
  )
  if (data === undefined) throw new Error(body)
  return Object.values(data as Record<string, Payload>)
}

const askEach = (asker: Asker, others: readonly Person[]) =>
  inOneDocument(asker, 'requestFriend(userId: $id)', others)

/** One call over a socket of its own, to any of several servers. */
async function callAt(
  server: RunningServer,
  asker: Asker,
  query: string,
  variables: object = {},
): Promise<Payload> {
  const headers = fromGateway(await asker.token())
  const { body } = await send(server.url, { headers, body: JSON.stringify({ query, variables }) })
  const { data } = JSON.parse(body) as { data?: { payload?: Payload | null } }
  if (data?.payload == null) throw new Error(body)
  return data.payload
}

const askAt = (server: RunningServer, asker: Asker, others: readonly Person[]) =>
  Promise.all(others.map(({ id }) => callAt(server, asker, Ask, { id })))

/** Another process on the same database, as far as the database can tell; it ends with the test. */
async function anotherServer(changes: { maxBlocks?: number } = {}): Promise<RunningServer> {
  const server = await startServer({ ...app.config, ...changes })
  onTestFinished(() => server.drain())
  return server
}

const passed = (payloads: readonly Payload[]) =>
  payloads.filter(({ changed, userErrors }) => changed && userErrors.length === 0).length
const limited = (payloads: readonly Payload[]) =>
  payloads.filter(({ changed, userErrors }) => !changed && userErrors[0]?.code === 'RATE_LIMITED')
/** When refused calls may be tried again, each moment once. */
const retries = (payloads: readonly Payload[]) => [
  ...new Set(limited(payloads).map(({ userErrors }) => userErrors[0]?.retryAt)),
]

/** Moves everything that somebody has used so far into the past. */
const passTime = (person: Person, time: string) =>
  app.admin.query(
    'update quota_uses set used_at = used_at - $2::interval where user_id = $1 and other_user_id is null',
    [person.id, time],
  )

async function oldestUse(person: Person, action: string): Promise<Date> {
  const { rows } = await app.admin.query<{ oldest: Date }>(
    'select min(used_at) as oldest from quota_uses where user_id = $1 and action = $2',
    [person.id, action],
  )
  return rows[0]?.oldest ?? new Date(NaN)
}

const bucket = `json_build_array($1::text, $2::uuid)::text`

/** The calls that count now, oldest first. */
async function hits(person: Person, mutation: string): Promise<Date[]> {
  const { rows } = await app.admin.query<{ hits: Date[] }>(
    `select hits from rate_limit_buckets where bucket = ${bucket}`,
    [mutation, person.id],
  )
  return rows[0]?.hits ?? []
}

/** Makes somebody who has just called a mutation as often as they may, or so many times. */
async function exhaust(person: Person, mutation: string, times: number): Promise<void> {
  await app.admin.query(
    `insert into rate_limit_buckets (bucket, hits)
     values (${bucket}, array_fill(clock_timestamp(), array[$3::int]))
         on conflict (bucket) do update set hits = excluded.hits`,
    [mutation, person.id, times],
  )
}

/** A friendship that nobody had to ask for. */
async function makeFriends(person: Person, others: readonly Person[]): Promise<void> {
  await app.admin.query(
    `insert into user_friends (user_id, friend_id, friendship_level)
     select $1, other, 'friend' from unnest($2::uuid[]) as other
      union all
     select other, $1, 'friend' from unnest($2::uuid[]) as other`,
    [person.id, others.map(({ id }) => id)],
  )
}

async function quotas(asker: Asker): Promise<Record<string, [number, number, string | null]>> {
  const { data, body } = await asker.ask(Quotas)
  if (data?.viewer?.quotas == null) throw new Error(body)
  const list = data.viewer.quotas as {
    action: string
    limit: number
    remaining: number
    resetsAt: string | null
  }[]
  return Object.fromEntries(
    list.map(({ action, limit, remaining, resetsAt }) => [action, [remaining, limit, resetsAt]]),
  )
}

describe('the table of rate limits', () => {
  const mutations = Object.keys(buildSchema(withGames).getMutationType()?.getFields() ?? {})
  const rates = Object.entries<string | RateLimit>(limits.mutations).flatMap(([name, rate]) =>
    typeof rate === 'object' ? [{ name, ...rate }] : [],
  )

  it('has every mutation of the graph, and no other', () => {
    expect(Object.keys(limits.mutations).sort()).toEqual(mutations.sort())
  })

  it('a mutation that is not in it keeps the service from starting', () => {
    const careless = buildASTSchema(
      parse('type Query { calm: Int } type Mutation { paintItBlack: Int }'),
    )
    expect(() => limitRates(careless)).toThrow('paintItBlack has no rate limit')
  })

  it('never refuses what a person may always do', () => {
    const always = Object.entries(limits.mutations).flatMap(([name, rate]) =>
      rate === 'never refused' ? [name] : [],
    )
    expect(always.sort()).toEqual([
      'blockUser',
      'cancelFriendRequest',
      'removeContact',
      'removeFollower',
      'removeFriend',
      'respondFriendRequest',
      'revokeContactLink',
      'unblockUser',
      'unfollowUser',
    ])
  })

  it('has whole numbers above zero, which the library takes at their word', () => {
    for (const { name, most, seconds } of rates) {
      expect(Number.isInteger(most) && most > 0, name).toBe(true)
      expect(Number.isInteger(seconds) && seconds > 0, name).toBe(true)
    }
  })

  it('lets a day’s quota be used in one go', () => {
    const { mutations, quotas } = limits
    expect(mutations.requestFriend.most).toBeGreaterThan(quotas.friendRequests.most)
    expect(mutations.upgradeFriendship.most).toBeGreaterThan(quotas.upgrades.most)
  })
})

describe('asking sixty people in a day', () => {
  it('in one document: fifty go through, ten may be tried when the first is a day old', async () => {
    const [alice] = await app.people('alice')
    const answers = await askEach(alice, await crowd(60))
    expect(passed(answers)).toBe(50)
    expect(limited(answers)).toEqual(answers.slice(50))
    const first = await oldestUse(alice, 'requestFriend')
    expect(retries(answers)).toEqual([new Date(first.getTime() + day).toISOString()])
    expect(Math.abs(first.getTime() - Date.now())).toBeLessThan(60_000)
  })

  it('at the same moment: fifty go through', async () => {
    const [alice] = await app.people('alice')
    const answers = await askAt(app.server, alice, await crowd(60))
    expect(passed(answers)).toBe(50)
    expect(limited(answers)).toHaveLength(10)
    expect((await quotas(alice))['OPEN_REQUESTS']).toEqual([50, 100, null])
  })

  it('at the same moment, of two servers: fifty go through', async () => {
    const [alice] = await app.people('alice')
    const [people, other] = [await crowd(60), await anotherServer()]
    const answers = await Promise.all([
      askAt(app.server, alice, people.slice(0, 30)),
      askAt(other, alice, people.slice(30)),
    ])
    expect(answers.map((ofOne) => passed(ofOne) > 0)).toEqual([true, true])
    expect(passed(answers.flat())).toBe(50)
    expect(limited(answers.flat())).toHaveLength(10)
  })

  it('with a restart in between: fifty go through', async () => {
    const [alice] = await app.people('alice')
    const people = await crowd(60)
    const before = await startServer(app.config)
    const early = await askAt(before, alice, people.slice(0, 30))
    await before.drain()
    const late = await askAt(await anotherServer(), alice, people.slice(30))
    expect([passed(early), passed(late)]).toEqual([30, 20])
    expect(limited(late)).toHaveLength(10)
  })

  it('is a matter of the last 24 hours: midnight gives nothing back', async () => {
    const [alice] = await app.people('alice')
    const people = await crowd(52)
    await askEach(alice, people.slice(0, 50))
    await passTime(alice, '23 hours 59 minutes')
    const [refused] = await askEach(alice, people.slice(50, 51))
    expect(refused?.userErrors[0]?.code).toBe('RATE_LIMITED')
    expect(Date.parse(refused?.userErrors[0]?.retryAt ?? '') - Date.now()).toBeLessThan(60_000)
    await passTime(alice, '1 minute')
    expect(passed(await askEach(alice, people.slice(50)))).toBe(2)
    expect((await quotas(alice))['FRIEND_REQUESTS']?.slice(0, 2)).toEqual([48, 50])
  })

  it('gives back one for each that is a day old, not all at once', async () => {
    const [alice] = await app.people('alice')
    const people = await crowd(52)
    await askEach(alice, people.slice(0, 1))
    await passTime(alice, '12 hours')
    await askEach(alice, people.slice(1, 50))
    await passTime(alice, '12 hours')
    expect(passed(await askEach(alice, people.slice(50)))).toBe(1)
  })
})

describe('a quota', () => {
  // Asking holds the requester's caps as well, and either of the two locks alone would make the
  // fifty above exact.
  it('is exact by itself, whatever else its user holds', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const use = (person: Person) =>
      app.server.database
        .as({ kind: 'viewer', userId: person.id })
        .write((tx) => useQuota(tx, 'requestFriend'))
    const uses = await Promise.all(Array.from({ length: 70 }, () => use(alice)))
    expect(uses.filter((retryAt) => retryAt === null)).toHaveLength(50)
    expect(await use(bob)).toBeNull()
  })
})

describe('the limits of the database', () => {
  const seconds = `extract(epoch from period)::int as seconds`

  it.each(Object.entries({ ...limits.mutations, ...limits.queries }))(
    'are those of the service: %s',
    async (field, rate) => {
      const of = async (caller: string) => {
        const asked = `select most, ${seconds} from rate_limit($1, $2)`
        return (await app.admin.query<RateLimit>(asked, [field, caller])).rows
      }
      const isQuery = typeof rate === 'object' && 'viewer' in rate
      const viewer = isQuery ? rate.viewer : rate
      expect(await of('viewer')).toEqual(typeof viewer === 'object' ? [viewer] : [])
      expect(await of('anonymous')).toEqual(isQuery ? [rate.anonymous] : [])
    },
  )

  it.each([
    ['requestFriend', limits.quotas.friendRequests],
    ['upgradeFriendship', limits.quotas.upgrades],
    ['events about anything', limits.quotas.events],
  ])('are those of the service: quota %s', async (name, { most, hours }) => {
    const { rows } = await app.admin.query(`select most, ${seconds} from quota_limit($1)`, [name])
    expect(rows).toEqual([{ most, seconds: hours * 3_600 }])
  })
})

describe('what counts as asking', () => {
  /** How many requests alice has left today. */
  const left = async (person: Person) => (await quotas(person))['FRIEND_REQUESTS']?.[0]

  it('what was canceled', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await verbs.cancel(alice, request)
    expect(await left(alice)).toBe(49)
    await verbs.requestFriend(alice, bob)
    expect(await left(alice)).toBe(48)
  })

  it('not what was refused', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(bob, alice)
    await verbs.blockUser(alice, carol)
    const codes = [bob, carol, alice, { id: newUserId() }, { id: 'dave' }].map(async (other) =>
      codeOf(await verbs.requestFriend(alice, other)),
    )
    expect(await Promise.all(codes)).toEqual([
      'UNAVAILABLE',
      'BLOCKED_BY_YOU',
      'SELF',
      'UNAVAILABLE',
      'INVALID_INPUT',
    ])
    expect(await left(alice)).toBe(50)
  })

  it('not what was asked before, nor what is accepted by asking', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.requestFriend(alice, bob)
    await verbs.requestFriend(alice, bob)
    await verbs.requestFriend(carol, alice)
    await verbs.requestFriend(alice, carol)
    expect(await left(alice)).toBe(49)
  })

  it('not what others ask: sixty requests to bob leave him his fifty', async () => {
    const [bob] = await app.people('bob')
    const people = await crowd(60)
    const asked = await Promise.all(people.map((person) => verbs.requestFriend(person, bob)))
    expect(passed(asked)).toBe(60)
    expect(await left(bob)).toBe(50)
    expect(passed(await askEach(bob, await crowd(50)))).toBe(50)
  })

  it('not accepting: it goes through when the day’s requests are used up', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { request } = await verbs.requestFriend(bob, alice)
    await verbs.requestFriend(carol, alice)
    await askEach(alice, await crowd(50))
    expect(await left(alice)).toBe(0)
    expect(await verbs.accept(alice, request)).toMatchObject({ changed: true, userErrors: [] })
    expect(await verbs.requestFriend(alice, carol)).toMatchObject({ changed: true, userErrors: [] })
  })
})

describe('a hundred open requests', () => {
  it('are the most: of ten at the same moment, the two that still fit go through', async () => {
    const [alice] = await app.people('alice')
    const [earlier, people] = [await crowd(98), await crowd(10)]
    await app.admin.query(
      `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)
       select $1, other, 'friend', now() + interval '1 day' from unnest($2::uuid[]) as other`,
      [alice.id, earlier.map(({ id }) => id)],
    )
    const answers = await askAt(app.server, alice, people)
    expect(passed(answers)).toBe(2)
    expect(answers.filter((payload) => codeOf(payload) === 'LIMIT_REACHED')).toHaveLength(8)
    const now = await quotas(alice)
    expect([now['OPEN_REQUESTS']?.[0], now['FRIEND_REQUESTS']?.[0]]).toEqual([0, 48])
  })
})

describe('asking friends to become close', () => {
  const upgradeEach = (asker: Asker, others: readonly Person[]) =>
    inOneDocument(asker, 'upgradeFriendship(userId: $id, level: CLOSE)', others)

  it('goes through a hundred times a day, taken back or not', async () => {
    const [alice] = await app.people('alice')
    const friends = await crowd(110)
    await makeFriends(alice, friends)
    const early = await upgradeEach(alice, friends.slice(0, 60))
    // Open requests have a cap of their own, a hundred: stepping down takes these back.
    await inOneDocument(
      alice,
      'upgradeFriendship(userId: $id, level: FRIEND)',
      friends.slice(0, 60),
    )
    const late = await Promise.all(friends.slice(60).map((friend) => verbs.askClose(alice, friend)))
    expect([passed(early), passed(late)]).toEqual([60, 40])
    const first = await oldestUse(alice, 'upgradeFriendship')
    expect(retries(late)).toEqual([new Date(first.getTime() + day).toISOString()])
    expect((await quotas(alice))['UPGRADES']?.[0]).toBe(0)
  })

  it('and asking strangers to be friends do not use up each other', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await askEach(alice, await crowd(49))
    await verbs.askClose(alice, bob)
    const now = await quotas(alice)
    expect([now['FRIEND_REQUESTS']?.[0], now['UPGRADES']?.[0]]).toEqual([0, 99])
  })
})

describe('a rate limit', () => {
  const { most, seconds } = limits.mutations.updatePrivacySettings
  const settle = (asker: Asker) => callAt(app.server, asker, Discoverable)
  const many = <T>(times: number, what: () => T) => Array.from({ length: times }, what)

  it('of a hundred calls at the same moment: exactly sixty go through', async () => {
    const [alice] = await app.people('alice')
    const answers = await Promise.all(many(100, () => settle(alice)))
    expect(limited(answers)).toHaveLength(100 - most)
    expect(await hits(alice, 'updatePrivacySettings')).toHaveLength(most)
  })

  it('of ninety calls in one document: exactly sixty, and the rest may come back in a minute', async () => {
    const [alice] = await app.people('alice')
    const calls = Array.from({ length: 90 }, (_, place) => `c${String(place)}: ${discoverable}`)
    const { data } = await alice.ask(`mutation { ${calls.join('\n')} }`)
    const answers = Object.values(data as Record<string, Payload>)
    expect(limited(answers)).toEqual(answers.slice(most))
    const [first] = await hits(alice, 'updatePrivacySettings')
    expect(retries(answers)).toEqual([
      new Date((first?.getTime() ?? NaN) + seconds * 1_000).toISOString(),
    ])
  })

  it('of a hundred calls to two servers at the same moment: exactly sixty', async () => {
    const [alice] = await app.people('alice')
    const servers = [app.server, await anotherServer()]
    const answers = await Promise.all(
      servers.flatMap((server) => many(50, () => callAt(server, alice, Discoverable))),
    )
    expect(limited(answers)).toHaveLength(100 - most)
  })

  it('is over after a minute, for as many as are a minute old', async () => {
    const [alice] = await app.people('alice')
    await exhaust(alice, 'updatePrivacySettings', most)
    expect(limited([await settle(alice)])).toHaveLength(1)
    await app.admin.query(
      `update rate_limit_buckets
          set hits = array(select case when place <= 2 then hit - make_interval(secs => $3) else hit end
                             from unnest(hits) with ordinality as old (hit, place) order by place)
        where bucket = ${bucket}`,
      ['updatePrivacySettings', alice.id, seconds],
    )
    const answers = [await settle(alice), await settle(alice), await settle(alice)]
    expect(answers.map((payload) => limited([payload]).length)).toEqual([0, 0, 1])
  })

  it('that was refused has used nothing up', async () => {
    const [alice] = await app.people('alice')
    await exhaust(alice, 'updatePrivacySettings', most)
    const before = await hits(alice, 'updatePrivacySettings')
    expect(limited(await Promise.all(many(20, () => settle(alice))))).toHaveLength(20)
    expect(await hits(alice, 'updatePrivacySettings')).toEqual(before)
  })

  it('is one person’s, of one mutation', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await exhaust(alice, 'updatePrivacySettings', most)
    expect(limited([await settle(alice)])).toHaveLength(1)
    expect(limited([await settle(bob)])).toEqual([])
    expect(codeOf(await verbs.addContact(alice, bob))).toBeNull()
    expect(await hits(alice, 'addContact')).toHaveLength(1)
  })

  it('counts a call that was refused for another reason, or failed', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(alice, alice)
    expect(await hits(alice, 'addContact')).toHaveLength(1)
    await app.admin.query('alter table user_contacts rename to contacts_elsewhere')
    try {
      await expect(verbs.addContact(alice, bob)).rejects.toThrow('errorId')
    } finally {
      await app.admin.query('alter table contacts_elsewhere rename to user_contacts')
    }
    expect(await hits(alice, 'addContact')).toHaveLength(2)
  })

  it('is not counted for the anonymous and for services, whom the mutation itself refuses', async () => {
    const buckets = async () => (await app.admin.query('table rate_limit_buckets')).rowCount
    const before = await buckets()
    for (const [asker, code] of [
      [app.nobody, 'UNAUTHENTICATED'],
      [app.service, 'FORBIDDEN'],
    ] as const) {
      const { errors } = await asker.ask(Discoverable)
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    }
    expect(await buckets()).toBe(before)
  })

  it('that cannot be counted is an unexpected error, and nothing is done', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await app.admin.query('revoke execute on function reserve_hits from connections_app')
    try {
      const { errors, statements } = await alice.ask(Ask, { id: bob.id })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR'])
      expect(statements).toEqual(['rateLimits.reserve'])
    } finally {
      await app.admin.query('grant execute on function reserve_hits to connections_app')
    }
    expect((await quotas(alice))['OPEN_REQUESTS']?.[0]).toBe(100)
  })

  it('costs one statement, and another only when it is refused', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const quiet = await alice.ask(`mutation ($id: ID!) { removeContact(userId: $id) ${answer} }`, {
      id: bob.id,
    })
    expect(quiet.statements.filter((name) => name.startsWith('rateLimits'))).toEqual([])
    const counted = await alice.ask(Discoverable)
    expect(counted.statements.filter((name) => name.startsWith('rateLimits'))).toEqual([
      'rateLimits.reserve',
    ])
    await exhaust(alice, 'updatePrivacySettings', most)
    const refused = await alice.ask(Discoverable)
    expect(refused.statements).toEqual(['rateLimits.reserve', 'rateLimits.return'])
  })
})

describe('somebody who has used up everything', () => {
  it('is told when to come back, and may still end, decline, accept, block and unblock', async () => {
    const [alice, bob, carol, dave, erin, frank] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
      'frank',
    )
    await befriend(alice, bob)
    await verbs.addContact(alice, bob)
    await verbs.followUser(alice, bob)
    await verbs.followUser(bob, alice)
    const { request: toCarol } = await verbs.requestFriend(alice, carol)
    const { request: fromDave } = await verbs.requestFriend(dave, alice)
    const { request: fromErin } = await verbs.requestFriend(erin, alice)
    for (const [mutation, rate] of Object.entries(limits.mutations))
      await exhaust(alice, mutation, typeof rate === 'object' ? rate.most : 1_000)
    await app.admin.query(
      `insert into quota_uses (user_id, action)
       select $1, action from unnest(array['requestFriend', 'upgradeFriendship']) as action, generate_series(1, 100)`,
      [alice.id],
    )

    const limitedVerbs = ['addContact', 'followUser', 'requestFriend', 'askClose'] as const
    for (const verb of limitedVerbs) {
      const refused = await verbs[verb](alice, frank)
      expect(refused, verb).toMatchObject({ changed: false, user: null, relationship: null })
      expect(refused.userErrors, verb).toEqual([
        expect.objectContaining({ code: 'RATE_LIMITED', retryAt: expect.any(String) as string }),
      ])
    }
    const freely = [
      await verbs.cancel(alice, toCarol),
      await verbs.reject(alice, fromErin),
      await verbs.accept(alice, fromDave),
      await verbs.removeContact(alice, bob),
      await verbs.unfollowUser(alice, bob),
      await verbs.removeFollower(alice, bob),
      await verbs.removeFriend(alice, bob),
      await verbs.blockUser(alice, frank),
      await verbs.unblockUser(alice, frank),
    ]
    for (const payload of freely) expect(payload).toMatchObject({ changed: true, userErrors: [] })
  })
})

describe('quotas', () => {
  it('of somebody new are whole, and nothing resets', async () => {
    const [alice] = await app.people('alice')
    expect(await quotas(alice)).toEqual({
      FRIEND_REQUESTS: [50, 50, null],
      UPGRADES: [100, 100, null],
      BLOCKS: [200, 200, null],
      OPEN_REQUESTS: [100, 100, null],
      FRIENDS: [5_000, 5_000, null],
      CONTACT_LINKS: [20, 20, null],
    })
  })

  it('show what was used, and when the first of it comes back', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(alice, bob)
    await verbs.requestFriend(alice, carol)
    await verbs.askClose(alice, bob)
    await verbs.blockUser(alice, dave)
    await links.create(alice)
    const resets = async (action: string) =>
      new Date((await oldestUse(alice, action)).getTime() + day).toISOString()
    expect(await quotas(alice)).toEqual({
      FRIEND_REQUESTS: [48, 50, await resets('requestFriend')],
      UPGRADES: [99, 100, await resets('upgradeFriendship')],
      BLOCKS: [199, 200, null],
      OPEN_REQUESTS: [98, 100, null],
      FRIENDS: [4_999, 5_000, null],
      CONTACT_LINKS: [19, 20, null],
    })
  })

  it('count a declined request as open, so that declining stays silent', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    const before = await quotas(alice)
    await verbs.reject(bob, request)
    expect(await quotas(alice)).toEqual(before)
    await verbs.cancel(alice, request)
    expect((await quotas(alice))['OPEN_REQUESTS']?.[0]).toBe(100)
  })

  it('count what stands by the clock: neither an expired request nor a block that is over', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.requestFriend(alice, bob)
    await verbs.blockUser(alice, carol)
    await app.admin.query(
      `update user_friend_requests set expires_at = now() where requester_user_id = $1`,
      [alice.id],
    )
    await app.admin.query(`update user_blocks set expires_at = now() where blocker_user_id = $1`, [
      alice.id,
    ])
    const now = await quotas(alice)
    expect([now['OPEN_REQUESTS']?.[0], now['BLOCKS']?.[0]]).toEqual([100, 200])
  })

  it('take the limit of blocks from the configuration, and are never below nothing', async () => {
    const [alice] = await app.people('alice')
    for (const person of await crowd(3)) await verbs.blockUser(alice, person)
    const small = await anotherServer({ maxBlocks: 2 })
    const { body } = await send(small.url, {
      headers: fromGateway(await alice.token()),
      body: JSON.stringify({ query: Quotas }),
    })
    expect(body).toContain('{"action":"BLOCKS","limit":2,"remaining":0,"resetsAt":null}')
  })

  it('are for the person themselves: others are told no, or nothing about somebody absent', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(carol, bob)
    for (const [asker, person] of [
      [bob, alice],
      [app.nobody, alice],
    ] as const) {
      const { data, errors } = await asker.ask(QuotasOf, represent(person.id))
      expect(data._entities).toEqual([{ id: person.id, quotas: null }])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
    for (const id of [carol.id, newUserId()]) {
      const { data, errors } = await bob.ask(QuotasOf, represent(id))
      expect(data._entities).toEqual([{ id, quotas: null }])
      expect(errors).toEqual([])
    }
  })

  it('of a hundred people are one statement, for a service', async () => {
    const people = await crowd(99)
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.requestFriend(alice, bob)
    const absent = newUserId()
    const ids = [alice.id, absent, ...people.slice(0, 98).map(({ id }) => id)]
    const { data, errors, statements } = await app.service.ask(QuotasOf, represent(...ids))
    expect(errors).toEqual([])
    expect(statements).toEqual(['quotas.uses'])
    expect(data._entities[0].quotas[0]).toEqual({ action: 'FRIEND_REQUESTS', remaining: 49 })
    expect(data._entities[1]).toEqual({ id: absent, quotas: null })
    expect(data._entities[2].quotas[0]).toEqual({ action: 'FRIEND_REQUESTS', remaining: 50 })
  })
})

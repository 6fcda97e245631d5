import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { startServer } from '../../../src/server/server.ts'
import { keepLog } from '../../support/log.ts'
import { type Asker, openIsolatedTestService, openTestService } from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const app = await openTestService()

interface Body {
  data: Record<string, unknown> | null
  errors?: { extensions: { code: string; retryAt?: string } }[]
}

const fields = {
  userByUsername: `userByUsername(username: "nobody.at.all") { id }`,
  usernameAvailability: `usernameAvailability(username: "nobody.at.all") { available }`,
}

/** One field so many times, as aliases of one document. */
const aliases = (field: string, times: number) =>
  `{ ${Array.from({ length: times }, (_, place) => `a${String(place)}: ${field}`).join('\n')} }`

async function ask(
  token: string | null,
  query: string,
  headers: Record<string, string> = {},
  url = app.server.url,
) {
  const { body } = await send(url, {
    headers: { ...fromGateway(token), ...headers },
    body: JSON.stringify({ query }),
  })
  const { errors = [] } = JSON.parse(body) as Body
  const limited = errors.filter(({ extensions }) => extensions.code === 'RATE_LIMITED')
  expect(limited).toHaveLength(errors.length)
  return limited
}

const tokenOf = async (asker: Asker) => asker.token()

describe('looking people up', () => {
  // `usernameAvailability` cannot be null, so one refusal takes the whole answer; the errors are
  // counted all the same.
  it('16. a thousand times by alias in one document: a hundred for a person, each field for itself', async () => {
    const [alice] = await app.people('alice')
    const token = await tokenOf(alice)
    // As many aliases as a document may have tokens for.
    const times = 150
    const refused = await ask(token, aliases(fields.userByUsername, times))
    expect(times - refused.length).toBe(limits.queries.userByUsername.viewer.most)
    const { retryAt } = refused[0]?.extensions ?? {}
    const wait = Date.parse(retryAt ?? '') - Date.now()
    expect(wait).toBeGreaterThan(50_000)
    expect(wait).toBeLessThan(61_000)
    expect(await ask(token, aliases(fields.userByUsername, 1))).toHaveLength(1)
    expect(await ask(token, aliases(fields.usernameAvailability, 1))).toHaveLength(0)
  })

  it('twenty times for the anonymous, by the address that the gateway gives', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const query = aliases(fields.userByUsername, 30)
    expect(await ask(null, query, from('192.0.2.1'))).toHaveLength(10)
    expect(await ask(null, query, from('192.0.2.1'))).toHaveLength(30)
    expect(await ask(null, query, from('192.0.2.2'))).toHaveLength(10)
    // What a client claims stands before what the nearest proxy saw.
    expect(await ask(null, query, from('203.0.113.9, 192.0.2.1'))).toHaveLength(30)
    expect(await ask(null, query)).toHaveLength(10)
    expect(await ask(null, query)).toHaveLength(30)
    const { rows } = await app.admin.query('select bucket from rate_limit_buckets')
    expect(JSON.stringify(rows)).not.toContain('192.0.2.')
  })

  it('from one address counts as one, however the address is written', async () => {
    const lonely = await openIsolatedTestService({ NODE_ENV: 'production' })
    const { most } = limits.queries.userByUsername.anonymous
    const spellings = {
      'an IPv4 address with a port, or mapped into IPv6': [
        '203.0.113.10',
        '203.0.113.10:1',
        '203.0.113.10:65535',
        '::ffff:203.0.113.10',
        '[::ffff:203.0.113.10]:443',
        '::FFFF:CB00:710A',
        '0:0:0:0:0:ffff:203.0.113.10',
        '"203.0.113.10"',
        '198.51.100.1, 203.0.113.10:7',
      ],
      'an IPv6 address, by its network of 64 bits': [
        '2001:db8::1',
        '2001:0DB8:0:0:0:0:0:1',
        '2001:db8:0:0:ffff:ffff:ffff:ffff',
        '[2001:db8::2]',
        '[2001:db8::3]:4711',
        '2001:db8::1%eth0',
        '[2001:db8::1%25eth0]:80',
      ],
      'what is no address, and no header at all': [
        '',
        'unknown',
        '_hidden',
        '999.1.1.1',
        '203.0.113.010',
        '0x7f.1',
        '203.0.113.10:x',
        '[2001:db8::9',
        '2001:db8::g',
        'x'.repeat(5_000),
        '203.0.113.10 203.0.113.11',
      ],
    }
    for (const [which, addresses] of Object.entries(spellings)) {
      const allowed: number[] = []
      for (const address of addresses) {
        const query = aliases(fields.userByUsername, 5)
        const headers = { 'x-forwarded-for': address }
        allowed.push(5 - (await ask(null, query, headers, lonely.server.url)).length)
      }
      const sum = allowed.reduce((one, other) => one + other)
      expect({ which, sum }).toEqual({ which, sum: most })
    }
    const query = aliases(fields.userByUsername, 5)
    const neighbour = { 'x-forwarded-for': '2001:db8:0:1::1' }
    expect(await ask(null, query, neighbour, lonely.server.url)).toEqual([])
  })

  it('counts by the header that the configuration names, also by the standard one (RFC 7239)', async () => {
    const { most } = limits.queries.userByUsername.anonymous
    for (const [name, values] of Object.entries({
      'x-real-ip': ['192.0.2.7', '192.0.2.7:99', '::ffff:192.0.2.7'],
      forwarded: [
        'for=192.0.2.7',
        'for=203.0.113.1, For="192.0.2.7:4711";proto=https;by=203.0.113.60',
        'proto=http; for="[::ffff:192.0.2.7]:1"',
        'proto=http;host="a;for=203.0.113.2,b";for=192.0.2.7',
      ],
    })) {
      const lonely = await openIsolatedTestService({ CLIENT_ADDRESS_HEADER: name })
      let allowed = 0
      for (const value of values) {
        const headers = {
          [name]: value,
          ...(name !== 'forwarded' && { forwarded: 'for=192.0.2.9' }),
        }
        const query = aliases(fields.userByUsername, 10)
        allowed += 10 - (await ask(null, query, headers, lonely.server.url)).length
      }
      expect({ name, allowed }).toEqual({ name, allowed: most })
    }
  })

  it('at the same moment, of two servers: a hundred', async () => {
    const [alice] = await app.people('alice')
    const token = await tokenOf(alice)
    const other = await startServer(app.config)
    const query = aliases(fields.userByUsername, 30)
    const refused = await Promise.all(
      [app.server.url, other.url, app.server.url, other.url, other.url].map((url) =>
        ask(token, query, {}, url),
      ),
    )
    await other.drain()
    expect(150 - refused.flat().length).toBe(100)
  })

  it('does not count for a service', async () => {
    const token = await tokenOf(app.service)
    expect(await ask(token, aliases(fields.userByUsername, 150))).toHaveLength(0)
  })

  it('searching has a rate limit of its own', async () => {
    const [alice] = await app.people('alice')
    const token = await tokenOf(alice)
    const { viewer } = limits.queries.searchUsers
    const query = `{ searchUsers(query: "nobody.at.all") { edges { cursor } } }`
    await app.admin.query(
      `insert into rate_limit_buckets (bucket, hits)
       values (json_build_array('searchUsers', $1::text)::text, array_fill(clock_timestamp(), array[$2::int]))`,
      [alice.id, viewer.most - 1],
    )
    expect(await ask(token, query)).toHaveLength(0)
    expect(await ask(token, query)).toHaveLength(1)
  })

  it('counts while the snapshot of the operation has the only connection of the pool', async () => {
    const small = await openIsolatedTestService({ DATABASE_POOL_SIZE: '1' })
    const [alice] = await small.people('alice')
    const query = `{ viewer { contacts { totalCount } friends { totalCount } } ${fields.userByUsername} }`
    expect(await ask(await tokenOf(alice), query, {}, small.server.url)).toEqual([])
  })

  it('leaves the snapshot of the operation as it is', async () => {
    const [alice] = await app.people('alice')
    const { statements } = await alice.ask(
      `{ one: ${fields.userByUsername} viewer { contacts { totalCount } } two: ${fields.userByUsername} }`,
    )
    expect([...statements].sort()).toEqual([
      'contacts.count',
      'rateLimits.reserve',
      'usernames.find',
    ])
  })

  it('of one person, however many and however slowly they are counted, keep no connection from others', async () => {
    const small = await openIsolatedTestService({ NODE_ENV: 'production', DATABASE_POOL_SIZE: '2' })
    const [alice, bob] = await small.people('alice', 'bob')
    const read = '{ viewer { contacts { totalCount } friends { totalCount } } }'
    for (const person of [alice, bob]) expect((await person.ask(read)).errors).toEqual([])
    await small.admin.query(
      `alter function reserve_hits rename to reserve_hits_at_once;
       create function reserve_hits(action text, client text, times int) returns timestamptz[]
         language sql as $$ select pg_sleep(0.15); select reserve_hits_at_once(action, client, times) $$;
       grant execute on function reserve_hits to connections_app, connections_service`,
    )
    const query = read.replace('{ viewer', `{ ${fields.userByUsername} viewer`)
    let isOver = false
    const all = Promise.all(Array.from({ length: 12 }, () => alice.ask(query))).finally(() => {
      isOver = true
    })
    const used: number[] = []
    while (!isOver as boolean) {
      expect((await bob.ask(read)).errors).toEqual([])
      const { open, idle, waiting } = small.server.database.load
      used.push(open - idle + waiting)
      await sleep(20)
    }
    expect((await all).flatMap(({ errors }) => errors)).toEqual([])
    // They are counted one by one, and each reads when it was counted; otherwise ten would wait.
    expect(used.length).toBeGreaterThan(3)
    expect(Math.max(...used)).toBeLessThan(6)
  })

  it('of which the counter is held by somebody pass, and it is told once; others are counted as ever', async () => {
    const log = keepLog()
    const held = await openIsolatedTestService({ NODE_ENV: 'production', LOG_LEVEL: 'info' }, log)
    const [alice] = await held.people('alice')
    const lookUp = `{ ${fields.userByUsername} }`
    expect((await held.nobody.ask(lookUp)).errors).toEqual([])
    await held.admin.query('begin; update rate_limit_buckets set hits = hits')
    const crowd = await Promise.all(Array.from({ length: 40 }, () => held.nobody.ask(lookUp)))
    expect(crowd.flatMap(({ errors }) => errors)).toEqual([])
    const counted = await alice.ask(aliases(fields.userByUsername, 101))
    expect(counted.errors.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED'])
    const { body } = await send(new URL('metrics', held.server.url).href, { method: 'GET' })
    expect(body).toMatch(/^connections_rate_limit_failed_open_total 40$/m)
    await held.admin.query('rollback')
    await sleep(limits.overload.uncountedMs + 100)
    const codes = (await held.nobody.ask(aliases(fields.userByUsername, 20))).errors
    expect(codes.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED'])
    expect(log.told().map(({ msg }) => msg)).toEqual([
      'a rate limit cannot be checked; calls are allowed',
      'rate limits are checked again',
    ])
  })
})

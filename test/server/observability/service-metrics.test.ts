import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { retryableReasons } from '../../../src/graphql/errors.ts'
import { refusalCodes } from '../../../src/graphql/refusals.ts'
import { limits } from '../../../src/limits.ts'
import {
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'

const app = await openTestService({
  NODE_ENV: 'production',
  GATEWAY_SECRETS: 'the-current-gateway-secret',
})

async function scrape({ server }: TestService = app): Promise<string> {
  return (await server.app.inject({ method: 'GET', url: '/metrics' })).body
}

/** The value of a series, by its whole name; null when it is not there. */
function valueOf(metrics: string, series: string): number | null {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

describe('a service that has done nothing yet', () => {
  it('says what it is', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(await scrape()).toContain(
      `connections_build_info{version="${version}",node="${app.config.nodeVersion}",environment="production"} 1\n`,
    )
    expect(app.config.nodeVersion).toMatch(/^v\d+\.\d+\.\d+$/)
  })

  it('has every series whose labels are a closed set, at zero', async () => {
    const metrics = await scrape(
      await openIsolatedTestService({
        NODE_ENV: 'production',
        GATEWAY_SECRETS: 'the-current-gateway-secret',
      }),
    )
    const series = [
      ...refusalCodes.map((code) => `connections_refusals_total{code="${code}"}`),
      ...[...rateLimited(limits.mutations), ...Object.keys(limits.queries)].map(
        (field) => `connections_rate_limited_total{field="${field}"}`,
      ),
      ...['query', 'mutation', 'none'].flatMap((type) => [
        `connections_operations_total{type="${type}",outcome="ok"}`,
        `connections_operations_total{type="${type}",outcome="errors"}`,
        `connections_operation_duration_seconds_count{type="${type}"}`,
        `connections_operation_statements_count{type="${type}"}`,
      ]),
      ...Object.entries(retryableReasons).flatMap(([code, reasons]) =>
        reasons.map(
          (reason) => `connections_retryable_errors_total{code="${code}",reason="${reason}"}`,
        ),
      ),
      ...['gateway', 'token', 'keys', 'service'].map(
        (reason) => `connections_requests_refused_total{reason="${reason}"}`,
      ),
      'connections_outbox_oldest_seconds',
    ]
    const others = series.filter((each) => valueOf(metrics, each) !== 0)
    expect(others).toEqual([])
    expect(metrics).not.toContain('connections_rate_limited_total{field="removeContact"}')
  })

  function rateLimited(rates: object): string[] {
    return Object.entries(rates).flatMap(([name, rate]) => (typeof rate === 'object' ? [name] : []))
  }
})

describe('what is refused', () => {
  const grown = async (series: string, work: () => Promise<unknown>) => {
    const before = valueOf(await scrape(), series) ?? 0
    await work()
    return (valueOf(await scrape(), series) ?? 0) - before
  }

  it('is counted by its code, whether the client asks for the code or not', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const count = await grown('connections_refusals_total{code="SELF"}', async () => {
      await alice.ask('mutation ($id: ID!) { addContact(userId: $id) { changed } }', {
        id: alice.id,
      })
      await alice.ask(
        'mutation ($id: ID!) { one: followUser(userId: $id) { changed } two: followUser(userId: $id) { userErrors { code } } }',
        { id: alice.id },
      )
      await alice.ask('mutation ($id: ID!) { addContact(userId: $id) { changed } }', { id: bob.id })
    })
    expect(count).toBe(3)
  })

  it('by a rate limit is counted by its field, of mutations and of queries', async () => {
    const [alice] = await app.people('alice')
    const claims = Array.from({ length: limits.mutations.claimUsername.most + 2 }, (_, n) => n)
    const claim = 'connections_rate_limited_total{field="claimUsername"}'
    const ofMutation = await grown(claim, () =>
      alice.ask(
        `mutation { ${claims.map((n) => `c${String(n)}: claimUsername(username: "!") { changed }`).join(' ')} }`,
      ),
    )
    expect(ofMutation).toBe(2)
    const lookups = limits.queries.userByUsername.anonymous.most + 3
    const lookup = 'connections_rate_limited_total{field="userByUsername"}'
    const ofQuery = await grown(lookup, async () => {
      for (let time = 0; time < lookups; time++)
        await app.nobody.ask('{ userByUsername(username: "nobody") { id } }')
    })
    expect(ofQuery).toBe(3)
  })
})

describe('the age of the outbox', () => {
  const name = 'connections_outbox_oldest_seconds'
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is that of its oldest event, and 0 when it is empty', async () => {
    const lonely = await openIsolatedTestService()
    const [alice, bob] = await lonely.people('alice', 'bob')
    await alice.ask('mutation ($id: ID!) { followUser(userId: $id) { changed } }', { id: bob.id })
    await bob.ask('mutation ($id: ID!) { followUser(userId: $id) { changed } }', { id: alice.id })
    await lonely.admin.query(
      `update outbox set created_at = now() - interval '1 hour' where actor_user_id = $1`,
      [alice.id],
    )
    const age = valueOf(await scrape(lonely), name)
    expect(age).toBeGreaterThanOrEqual(3_600)
    expect(age).toBeLessThan(3_700)
  })

  it('is asked for once in ten seconds, however many scrape', async () => {
    const lonely = await openIsolatedTestService()
    const probe = vi.spyOn(lonely.server.database, 'probe', 'get')
    await Promise.all([scrape(lonely), scrape(lonely), scrape(lonely)])
    await scrape(lonely)
    expect(probe).toHaveBeenCalledTimes(1)
    const later = performance.now() + 10_001
    vi.spyOn(performance, 'now').mockReturnValue(later)
    await scrape(lonely)
    expect(probe).toHaveBeenCalledTimes(2)
  })

  it('is absent while the database does not answer, and the other metrics come all the same', async () => {
    const lonely = await openIsolatedTestService()
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit 0`)
    await lonely.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'connections'`,
    )
    await sleep(50)
    const metrics = await scrape(lonely)
    expect(valueOf(metrics, name)).toBeNull()
    expect(valueOf(metrics, 'connections_database_up')).not.toBeNull()
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit -1`)
  })
})

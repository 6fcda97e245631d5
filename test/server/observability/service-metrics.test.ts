import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { retryableReasons } from '../../../src/graphql/errors.ts'
import { refusalCodes } from '../../../src/graphql/refusals.ts'
import { limits } from '../../../src/limits.ts'
import { cutConnections } from '../../support/cut-connections.ts'
import {
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'

const app = await openTestService({
  NODE_ENV: 'production',
  GATEWAY_SECRETS: 'the-current-gateway-secret',
})

afterEach(() => {
  vi.restoreAllMocks()
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
      ...['INTERNAL_SERVER_ERROR', 'OVERLOADED', 'DATABASE_UNAVAILABLE', 'BAD_USER_INPUT'].map(
        (code) => `connections_operation_errors_total{code="${code}"}`,
      ),
      ...['gateway', 'token', 'keys', 'service'].map(
        (reason) => `connections_requests_refused_total{reason="${reason}"}`,
      ),
      'connections_outbox_waiting',
      'connections_outbox_oldest_seconds',
      ...['pending', 'dead'].map((state) => `connections_webhook_deliveries{state="${state}"}`),
      ...['enabled', 'disabled'].map((state) => `connections_webhook_endpoints{state="${state}"}`),
      'connections_workers',
    ]
    const others = series.filter((each) => valueOf(metrics, each) !== 0)
    expect(others).toEqual([])
    expect(metrics).not.toContain('connections_rate_limited_total{field="removeContact"}')
  })

  function rateLimited(rates: object): string[] {
    return Object.entries(rates).flatMap(([name, rate]) => (typeof rate === 'object' ? [name] : []))
  }
})

/** By how much a series has grown while something was done. */
async function grown(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = valueOf(await scrape(), series) ?? 0
  await work()
  return (valueOf(await scrape(), series) ?? 0) - before
}

describe('operations that are answered with errors', () => {
  it('are counted by code, each code once an operation', async () => {
    const ofCode = (code: string) => `connections_operation_errors_total{code="${code}"}`
    const signedOut = await grown(ofCode('UNAUTHENTICATED'), () =>
      app.nobody.ask(
        'mutation { one: claimUsername(username: "alice") { changed } two: claimUsername(username: "bob") { changed } }',
      ),
    )
    expect(signedOut).toBe(1)
    const invalid = await grown(ofCode('GRAPHQL_VALIDATION_FAILED'), () =>
      app.nobody.ask('{ nothing }'),
    )
    expect(invalid).toBe(1)
  })
})

describe('what is refused', () => {
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
  it('is that of its oldest event that is due and not dispatched', async () => {
    const lonely = await openIsolatedTestService()
    const [alice, bob] = await lonely.people('alice', 'bob')
    await alice.ask('mutation ($id: ID!) { followUser(userId: $id) { changed } }', { id: bob.id })
    await bob.ask('mutation ($id: ID!) { followUser(userId: $id) { changed } }', { id: alice.id })
    await lonely.admin.query(
      `update outbox set due_at = now() - interval '1 hour' where actor_user_id = $1`,
      [alice.id],
    )
    await lonely.admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, due_at, dispatch_number, dispatched_at, data)
       values ('follow.created', 'people', $1::uuid, $2::uuid, now() - interval '1 day', 1, now(),
               jsonb_build_object('followerId', $1::uuid, 'targetId', $2::uuid)),
              ('follow.created', 'people', $1, $2, now() + interval '1 day', null, null, null)`,
      [alice.id, bob.id],
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
    // And once for insights, which are good for five minutes.
    expect(probe).toHaveBeenCalledTimes(2)
    const later = performance.now() + 10_001
    vi.spyOn(performance, 'now').mockReturnValue(later)
    await scrape(lonely)
    // If insights took too long, they are asked for again, too.
    expect([3, 4]).toContain(probe.mock.calls.length)
  })

  it('is absent while the database does not answer, and the other metrics come all the same', async () => {
    const lonely = await openIsolatedTestService()
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit 0`)
    await cutConnections(lonely)
    const metrics = await scrape(lonely)
    expect(valueOf(metrics, name)).toBeNull()
    expect(valueOf(metrics, 'connections_database_up')).not.toBeNull()
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit -1`)
  })
})

describe('what is told of the worker', () => {
  it('is what waits, what was given up, who is there, and the last run of each task', async () => {
    const lonely = await openIsolatedTestService()
    const before = await scrape(lonely)
    expect(before).not.toContain('\nconnections_worker_seen_seconds')
    expect(before).not.toContain('connections_task_rows{')
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_001)
    await lonely.admin.query(`
      with endpoint as (
        insert into webhook_endpoints (url, secret, state, disabled_at)
        select 'https://example.com/' || n, decode(repeat('00', 32), 'hex'), state, case state when 'disabled' then now() end
          from (values (1, 'enabled'), (2, 'disabled'), (3, 'disabled')) as each (n, state) returning id
      ), event as (
        insert into outbox (kind, audience, actor_user_id, other_user_id) 
        values ('follow.created', 'people', gen_random_uuid(), gen_random_uuid()) returning id, actor_user_id, other_user_id, version
      ), delivery as (
        insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version, state, finished_at)
        select endpoint.id, event.id, actor_user_id, other_user_id, version,
               case row_number() over () when 1 then 'pending' else 'dead' end,
               case row_number() over () when 1 then null else now() end
          from endpoint, event
      ), worker as (
        insert into workers (id, seen_at) values (gen_random_uuid(), now()), (gen_random_uuid(), now() - interval '2 minutes')
      )
      insert into worker_tasks (name, last_started_at, last_finished_at, last_duration_ms, last_rows, last_outcome)
      values ('recount-counters', now(), now(), 1500, 4, 'done'), ('sweep-outbox', now(), now(), 20, 0, 'failed'),
             ('sweep-links', null, null, null, null, null)`)
    const metrics = await scrape(lonely)
    const shown = Object.fromEntries(
      metrics
        .split('\n')
        .filter((line) => /^connections_(outbox|webhook|worker|task|counter)/.test(line))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(/\S+$/.exec(line)?.[0])]),
    )
    const near = (value: number, by: number) => expect.closeTo(value, by) as number
    expect(shown).toEqual({
      connections_outbox_waiting: 1,
      connections_outbox_oldest_seconds: near(0, -2),
      'connections_webhook_deliveries{state="pending"}': 1,
      'connections_webhook_deliveries{state="dead"}': 2,
      'connections_webhook_endpoints{state="enabled"}': 1,
      'connections_webhook_endpoints{state="disabled"}': 2,
      connections_workers: 1,
      connections_worker_seen_seconds: near(0, -2),
      'connections_task_finished_timestamp_seconds{task="recount-counters"}': near(
        Date.now() / 1_000,
        -2,
      ),
      'connections_task_finished_timestamp_seconds{task="sweep-outbox"}': near(
        Date.now() / 1_000,
        -2,
      ),
      'connections_task_duration_seconds{task="recount-counters"}': 1.5,
      'connections_task_duration_seconds{task="sweep-outbox"}': 0.02,
      'connections_task_rows{task="recount-counters"}': 4,
      'connections_task_rows{task="sweep-outbox"}': 0,
      'connections_task_failed{task="recount-counters"}': 0,
      'connections_task_failed{task="sweep-outbox"}': 1,
      connections_counter_drift: 4,
    })
  })
})

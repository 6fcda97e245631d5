import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { freePort } from '../../../src/dev/ports.ts'
import { type Pulse, takePulse } from '../../../src/operations/doctor/pulse.ts'
import { readSamples, sum, sumBy } from '../../../src/operations/doctor/samples.ts'
import { childEnvironment } from '../../support/child-environment.ts'
import { openIsolatedTestService, openTestService } from '../../support/test-service.ts'

// The command as a process of its own, beside a real service. A running dev stack is looked at in
// stack.test.ts.

const app = await openTestService()

describe('a service that is ready', () => {
  it('is told with what it has done so far', async () => {
    const [alice] = await app.people('alice')
    const before = (await statusOf(app.server.url)).service
    await alice.ask('{ viewer { id } }')
    await alice.ask('{ viewer { id } }')
    await alice.ask('{ viewer { nothing } }')
    await alice.ask(
      'mutation { removeContact(userId: "00000000-0000-4000-8000-000000000001") { changed } }',
    )
    await app.server.app.inject({ method: 'POST', url: '/graphql', payload: { query: '{ x }' } })

    const { code, service } = await statusOf(app.server.url)
    expect(code).toBe(0)
    expect(service).toMatchObject({
      url: new URL(app.server.url).origin,
      live: true,
      ready: true,
      reason: null,
      draining: false,
      migrations: 'applied',
      connections: { idle: expect.any(Number) as number, waiting: 0 },
    })
    const more = (type: string) =>
      (service.operations?.[type] ?? 0) - (before.operations?.[type] ?? 0)
    expect({ query: more('query'), mutation: more('mutation') }).toEqual({ query: 2, mutation: 1 })
    expect((service.errors ?? 0) - (before.errors ?? 0)).toBe(1)
    expect((service.refused?.['gateway'] ?? 0) - (before.refused?.['gateway'] ?? 0)).toBe(1)
    expect(Date.parse(service.since ?? '')).toBeLessThan(Date.now())
  })

  it('is told in lines for people, and found by HOST and PORT', async () => {
    const { port } = new URL(app.server.url)
    const { code, output } = await command([], { PORT: port, HOST: '0.0.0.0' })
    expect(code).toBe(0)
    expect(output).toContain(`service      http://127.0.0.1:${port}\n`)
    expect(output).toMatch(
      /^ready {8}yes\nmigrations {3}applied\npool {9}\d+ open, \d+ idle, 0 waiting\n/m,
    )
  })
})

describe('the worker', () => {
  it('is told as its service knows it: what waits, who runs, and the last run of each task', async () => {
    const lonely = await openIsolatedTestService()
    expect((await statusOf(lonely.server.url)).service).toMatchObject({
      events: {
        waiting: 0,
        oldestSeconds: 0,
        pendingDeliveries: 0,
        deadDeliveries: 0,
        disabledEndpoints: 0,
      },
      worker: { running: 0, seenSecondsAgo: null, tasks: {} },
    })
    const other = await openIsolatedTestService()
    await other.admin.query(`
      insert into workers (id) values (gen_random_uuid());
      insert into outbox (kind, audience, actor_user_id, other_user_id, due_at)
      values ('follow.created', 'people', gen_random_uuid(), gen_random_uuid(), now() - interval '10 minutes');
      insert into worker_tasks (name, last_started_at, last_finished_at, last_duration_ms, last_rows, last_outcome)
      values ('end-blocks', now(), '2026-11-28T12:00:00.5Z', 1500, 1, 'done'),
             ('sweep-links', now(), '2026-11-28T12:00:01Z', 20, 12, 'failed')`)
    const { service } = await statusOf(other.server.url)
    expect(service.worker).toMatchObject({
      running: 1,
      tasks: {
        'end-blocks': {
          finishedAt: '2026-11-28T12:00:00.500Z',
          seconds: 1.5,
          rows: 1,
          failed: false,
        },
        'sweep-links': {
          finishedAt: '2026-11-28T12:00:01.000Z',
          seconds: 0.02,
          rows: 12,
          failed: true,
        },
      },
    })
    const { output } = await command(['--url', other.server.url])
    expect(output.trimEnd().split('\n').slice(-4)).toEqual([
      'events        1 waiting, the oldest for 10 min; 0 deliveries pending, 0 dead',
      'worker        1 running',
      '  end-blocks  2026-11-28T12:00:00.500Z, 1 row in 1.50 s',
      '  sweep-links 2026-11-28T12:00:01.000Z, 12 rows in 0.02 s, failed',
    ])
  })
})

describe('a service that is not ready', () => {
  it('is told with its reason when the database lacks a migration', async () => {
    const lonely = await openIsolatedTestService()
    await lonely.admin.query('delete from _prisma_migrations')
    const { code, service } = await statusOf(lonely.server.url)
    expect(code).toBe(1)
    expect(service).toMatchObject({
      live: true,
      ready: false,
      reason: 'migrations pending',
      migrations: 'pending',
    })
  })

  it('is told with its reason when nothing was ever migrated', async () => {
    const { superuserUrl } = inject('postgres')
    const lines: string[] = []
    const log = { write: (line: string) => lines.push(line) }
    const empty = { superuserUrl, template: 'template0' }
    const lonely = await openIsolatedTestService({ LOG_LEVEL: 'error' }, log, empty)
    const { code, service } = await statusOf(lonely.server.url)
    expect(code).toBe(1)
    expect(service).toMatchObject({
      live: true,
      reason: 'migrations pending',
      migrations: 'pending',
    })
    expect(lines).toEqual([])
  })

  it('is told that its readiness could not be checked, and the log says why, once', async () => {
    const lines: string[] = []
    const log = { write: (line: string) => lines.push(line) }
    const lonely = await openIsolatedTestService({ LOG_LEVEL: 'info' }, log)
    const change = 'function applied_migrations() from connections_service'
    await lonely.admin.query(`revoke execute on ${change}`)
    const asked = [await statusOf(lonely.server.url), await statusOf(lonely.server.url)]
    for (const { code, service } of asked) {
      expect(code).toBe(1)
      expect(service).toMatchObject({ reason: 'readiness check failed', migrations: 'unknown' })
    }
    await lonely.admin.query(`grant execute on ${change.replace('from', 'to')}`)
    expect((await statusOf(lonely.server.url)).code).toBe(0)
    const told = lines.map((line) => JSON.parse(line) as { msg: string; reason?: string })
    expect(told.filter(({ msg }) => msg.startsWith('readiness'))).toMatchObject([
      {
        msg: 'readiness could not be checked',
        reason: 'permission denied for function applied_migrations',
      },
      { msg: 'readiness can be checked again' },
    ])
  })

  it('is told with its reason when the database is gone', async () => {
    const lonely = await openIsolatedTestService()
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit 0`)
    const { code, service } = await statusOf(lonely.server.url)
    expect(code).toBe(1)
    expect(service).toMatchObject({
      live: true,
      reason: 'database unreachable',
      migrations: 'unknown',
    })
  })

  it('is told when it is draining', async () => {
    const service = await pulseOf((request, response) => {
      const draining = request.url === '/readyz'
      response.writeHead(draining ? 503 : 200)
      response.end(JSON.stringify({ status: draining ? 'draining' : 'ok' }))
    })
    expect(service).toMatchObject({ live: true, ready: false, draining: true, reason: 'draining' })
  })
})

describe('no service', () => {
  it('is told where nobody listens, where another server answers, and where nobody answers', async () => {
    const nowhere = `http://127.0.0.1:${String(await freePort())}`
    const { code, service } = await statusOf(nowhere)
    expect([code, service.reason]).toEqual([1, 'nothing is listening there'])
    const other = await pulseOf((_request, response) => response.writeHead(404).end('<html>'))
    expect(other).toMatchObject({
      live: false,
      reason: 'another server answers there',
      errors: null,
    })
    const silent = await pulseOf(() => undefined, 200)
    expect(silent).toMatchObject({ live: false, reason: 'no answer within 0.2 s' })
  })

  it('can be meant by what is no address: that is misuse', async () => {
    await expect(command(['--url', 'ftp://somewhere'])).resolves.toMatchObject({ code: 2 })
    await expect(command([], { PORT: 'x' })).resolves.toMatchObject({ code: 2 })
  })
})

describe('the text of the metrics', () => {
  it('is read with its labels, whatever stands between', () => {
    const samples = readSamples(
      '# HELP a b\n# TYPE a counter\na{x="1",y="two \\"words\\""} 3\na{x="2"} 4 1700000000\nb 1e3\nc NaN\n',
    )
    expect(samples).toHaveLength(3)
    expect(sum(samples, 'a')).toBe(7)
    expect(sum(samples, 'a', { x: '2' })).toBe(4)
    expect(sum(samples, 'b')).toBe(1000)
    expect(sumBy(samples, 'a', 'x')).toEqual({ 1: 3, 2: 4 })
  })
})

async function statusOf(url: string): Promise<{ code: number | null; service: Pulse }> {
  const { code, output } = await command(['--url', url, '--json'])
  return { code, service: (JSON.parse(output) as { service: Pulse }).service }
}

/** What a server that answers like this is taken for. */
async function pulseOf(answer: RequestListener, patience?: number): Promise<Pulse> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return takePulse(`http://127.0.0.1:${String(port)}/graphql`, patience)
}

/** Runs `status` on a folder in which no dev stack runs. */
function command(words: string[], environment: Record<string, string> = {}) {
  const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts')
  const nowhere = join(tmpdir(), 'connections-status-no-stack')
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    const child = execFile(
      execPath,
      [main, 'status', '--data', nowhere, ...words],
      { env: { ...childEnvironment, ...environment } },
      (_error, output, errors) => {
        resolve({ code: child.exitCode, output, errors })
      },
    )
  })
}

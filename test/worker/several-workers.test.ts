import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { childEnvironment } from '../support/child-environment.ts'
import { openProxy } from '../support/tcp-proxy.ts'
import { newUserId, openTestService } from '../support/test-service.ts'
import { startTestWorker } from '../support/test-worker.ts'
import { addEndpoint, type Consumer, startConsumer } from '../support/webhook-consumer.ts'

// Workers beside each other, killed, and told to end.

const app = await openTestService()

beforeEach(async () => {
  await app.admin.query('truncate outbox cascade; delete from webhook_endpoints')
})

const patiently = { timeout: 60_000, interval: 50 }

/** Events of so many pairs in turn, as if people had made them. */
async function recordEvents(pairs: number, each: number): Promise<void> {
  const people = Array.from({ length: pairs }, () => [newUserId(), newUserId()])
  await app.admin.query(
    `insert into outbox (kind, audience, actor_user_id, other_user_id)
     select 'follow.created', 'people', actor, other
       from generate_series(1, $3) as round, unnest($1::uuid[], $2::uuid[]) as pair (actor, other)
      order by round`,
    [people.map(([actor]) => actor), people.map(([, other]) => other), each],
  )
}

const states = async () => {
  const { rows } = await app.admin.query<{ state: string; count: number }>(
    'select state, count(*)::int from webhook_deliveries group by state',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

const idsOf = (consumer: Consumer) => consumer.received.map(({ headers }) => headers['webhook-id'])

function start(file: string, args: readonly string[], settings: Record<string, string> = {}) {
  const child = spawn(
    execPath,
    [fileURLToPath(new URL(`../../${file}`, import.meta.url)), ...args],
    {
      env: { ...childEnvironment, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function outputOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

describe('two workers', () => {
  it('deliver each event once, and those of a pair in their order', async () => {
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    await recordEvents(40, 10)
    startTestWorker(app)
    startTestWorker(app)
    await expect.poll(states, patiently).toEqual({ delivered: 400 })
    expect(consumer.received).toHaveLength(400)
    expect(new Set(idsOf(consumer)).size).toBe(400)
    const last = new Map<unknown, number>()
    for (const { data, pairversion } of consumer.events()) {
      expect(Number(pairversion)).toBeGreaterThan(last.get(data['followerId']) ?? 0)
      last.set(data['followerId'], Number(pairversion))
    }
  })
})

describe('a worker that is killed in the middle of deliveries', () => {
  it('leaves all that it had to the next one, when its leases end', async () => {
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    await recordEvents(150, 2)
    // Some are delivered, and then the consumer says nothing any more.
    consumer.answer = (response) => {
      if (consumer.received.length < 100) response.writeHead(204).end()
    }
    const killed = start('test/support/worker-process.ts', [app.database.workerUrl, '3000'])
    await expect.poll(() => consumer.received.length, patiently).toBeGreaterThan(100)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const before = await states()
    expect(before['pending']).toBeGreaterThan(0)
    consumer.answer = (response) => response.writeHead(204).end()
    startTestWorker(app)
    await expect.poll(states, patiently).toEqual({ delivered: 300 })
    expect(new Set(idsOf(consumer)).size).toBe(300)
  })
})

describe('a worker whose connections to Postgres go silent', () => {
  it('gives them up and goes on with new ones', async () => {
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    const url = new URL(app.database.workerUrl)
    const proxy = await openProxy({ host: url.hostname, port: Number(url.port) })
    onTestFinished(() => proxy.close())
    url.port = String(proxy.port)
    startTestWorker(
      { database: { ...app.database, workerUrl: url.href } },
      { transactionMs: 1_000 },
    )
    await recordEvents(5, 1)
    await expect.poll(states, patiently).toEqual({ delivered: 5 })
    proxy.silence()
    await recordEvents(5, 1)
    await expect.poll(states, patiently).toEqual({ delivered: 10 })
  })
})

describe('`connections worker`', () => {
  const settings = () => ({
    NODE_ENV: 'development',
    DATABASE_DIRECT_URL: app.database.workerUrl,
    WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1',
  })

  it('finishes what it is delivering when it is told to end, and exits with 0', async () => {
    const consumer = await startConsumer()
    consumer.answer = (response) => {
      setTimeout(() => response.writeHead(204).end(), 1_000)
    }
    await addEndpoint(app.admin, consumer)
    await recordEvents(5, 1)
    const child = start('src/main.ts', ['worker'], settings())
    const ended = outputOf(child)
    await expect.poll(() => consumer.received.length, patiently).toBe(5)
    child.kill('SIGTERM')
    const { code, output } = await ended
    expect(code).toBe(0)
    expect(await states()).toEqual({ delivered: 5 })
    const lines = output.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'the worker has started',
    ])
    expect(output).not.toContain(consumer.secret)
  })

  it('leaves what an endpoint does not answer to the next worker at once', async () => {
    const consumer = await startConsumer()
    consumer.answer = () => undefined
    await addEndpoint(app.admin, consumer)
    await recordEvents(3, 1)
    const child = start('src/main.ts', ['worker'], settings())
    const ended = outputOf(child)
    await expect.poll(() => consumer.received.length, patiently).toBe(3)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    const { rows } = await app.admin.query<{ open: number }>(
      `select count(*)::int as open from webhook_deliveries
        where state = 'pending' and attempts = 0 and leased_until is null`,
    )
    expect(rows).toEqual([{ open: 3 }])
  })

  it('does not start without a database', async () => {
    const child = start('src/main.ts', ['worker'], { NODE_ENV: 'production' })
    expect((await outputOf(child)).code).toBe(2)
  })
})

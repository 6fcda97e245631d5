import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { env, execPath } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type DatabaseUrls, dropDatabase, prepareDatabase } from '../../../src/dev/database.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { readCpu, spent } from '../cpu.ts'
import type { Arrival } from './consumer.ts'

const name = 'bench_worker'
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * `npm run bench -- worker`: deliveries a second of one worker process to a consumer on this
 * machine, from a backlog; and how long an event takes from its commit to the consumer while
 * nothing else happens.
 */
export async function measureWorker(
  postgres: RunningPostgres,
  { deliveries, rounds, singles }: { deliveries: number; rounds: number; singles: number },
  say: (line: string) => void,
): Promise<void> {
  await dropDatabase(postgres.superuserUrl, name)
  const urls = await prepareDatabase(postgres.superuserUrl, name)
  const admin = new pg.Client({ connectionString: urlOf(postgres, name) })
  await admin.connect()
  const consumer = fork(fileOf('./consumer.ts'))
  const [port] = (await once(consumer, 'message')) as [number]
  const take = async (): Promise<Arrival[]> => {
    const answer = once(consumer, 'message') as Promise<[Arrival[]]>
    consumer.send('take')
    return (await answer)[0]
  }
  try {
    await admin.query('insert into webhook_endpoints (url, secret) values ($1, $2)', [
      `http://127.0.0.1:${String(port)}/`,
      randomBytes(32),
    ])
    say(`\nbacklog of ${deliveries}   deliveries/s   worker CPU µs each   Postgres CPU µs each`)
    for (let round = 1; round <= rounds; round++) {
      await recordEvents(admin, deliveries)
      const worker = startWorkerProcess(urls)
      try {
        const came = await backlog(worker, postgres.pid, take, deliveries)
        say(
          [`round ${round}`.padEnd(18), ...came.map((n) => n.toFixed(0).padStart(12))].join('   '),
        )
      } finally {
        await end(worker)
      }
    }
    const worker = startWorkerProcess(urls)
    try {
      say(await oneByOne(admin, take, singles))
    } finally {
      await end(worker)
    }
  } finally {
    consumer.kill()
    await admin.end()
    await dropDatabase(postgres.superuserUrl, name)
  }
}

/** Deliveries a second between the first and the last arrival, and what each cost. */
async function backlog(
  worker: ChildProcess,
  postmaster: number,
  take: () => Promise<Arrival[]>,
  deliveries: number,
): Promise<[number, number, number]> {
  const arrivals: Arrival[] = []
  let before = readCpu(worker.pid ?? 0, postmaster)
  while (arrivals.length < deliveries) {
    await sleep(20)
    const isFirst = arrivals.length === 0
    arrivals.push(...(await take()))
    if (isFirst) before = readCpu(worker.pid ?? 0, postmaster)
  }
  const used = spent(before, readCpu(worker.pid ?? 0, postmaster))
  const times = arrivals.map(({ at }) => at)
  const seconds = (Math.max(...times.slice(-100)) - (times[0] ?? 0)) / 1_000
  return [deliveries / seconds, used.server / deliveries, used.postgres / deliveries]
}

/** How long single events take, from before their commit to the consumer. */
async function oneByOne(
  admin: pg.Client,
  take: () => Promise<Arrival[]>,
  singles: number,
): Promise<string> {
  await sleep(3_000)
  await take()
  const begun = new Map<string, number>()
  for (let single = 0; single < singles; single++) {
    const at = Date.now()
    const [id] = await recordEvents(admin, 1)
    begun.set(id ?? '', at)
    // Not in step with the worker.
    await sleep(50 + Math.random() * 100)
  }
  await sleep(2_000)
  const waits = (await take())
    .map(({ id, at }) => at - (begun.get(id) ?? 0))
    .sort((one, other) => one - other)
  const part = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? NaN
  return `one by one: ${waits.length} of ${singles} events came; from commit to consumer p50 ${part(0.5)} ms, p99 ${part(0.99)} ms, most ${part(1)} ms`
}

/** Events between so many pairs of people, as changes record them. */
async function recordEvents(admin: pg.Client, count: number): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into outbox (kind, audience, actor_user_id, other_user_id)
     select 'follow.created', 'people', gen_random_uuid(), gen_random_uuid() from generate_series(1, $1::int)
     returning id`,
    [count],
  )
  return rows.map(({ id }) => id)
}

function startWorkerProcess({ workerUrl }: DatabaseUrls): ChildProcess {
  return spawn(execPath, [fileOf('../../../src/main.ts'), 'worker'], {
    env: {
      PATH: env['PATH'] ?? '',
      NODE_ENV: 'development',
      DATABASE_DIRECT_URL: workerUrl,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function end(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit')
  worker.kill('SIGTERM')
  await exited
}

function urlOf({ superuserUrl }: RunningPostgres, database: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${database}`
  return url.href
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { prepareDatabase } from '../../../src/dev/database.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { asAdmin } from '../dataset.ts'
import type { Auth } from '../systems/start.ts'
import { startSystem } from '../systems/start.ts'
import { addEndpoint, startConsumer } from './consumer.ts'
import { type Paced, putPaced } from './paced.ts'
import { makePeople, writesBetween } from './people.ts'

/** Writes a second, and how long one turn takes. */
const pace = { perSecond: 200, seconds: Number(process.env['S'] ?? 20) }

/**
 * `npm run bench -- writes`: what a write costs while a worker delivers its event to two
 * endpoints, beside the same with no worker. Turns alternate; each counts the processor time of the
 * server and of its own connections to Postgres, not that of the worker.
 */
export async function measureWrites(
  postgres: RunningPostgres,
  auth: Auth,
  rounds: number,
  say: (line: string) => void,
): Promise<void> {
  const urls = await prepareDatabase(postgres.superuserUrl, `bench_writes_${String(Date.now())}`)
  const adminUrl = postgres.superuserUrl.replace(/\/[^/]*$/, `/${urls.name}`)
  const dataset = { ...urls, adminUrl, size: { users: 0, friends: 0, followers: 0 } }
  const people = await makePeople(dataset)
  const consumers = [await startConsumer(), await startConsumer()]
  await Promise.all(consumers.map(({ url }) => addEndpoint(dataset, url)))
  const ours = await startSystem('ours', dataset, auth)
  const writes = writesBetween(people, auth)
  const turn = () =>
    putPaced(ours, pace, writes, () =>
      asAdmin(dataset, async (admin) => {
        const { rows } = await admin.query<{ pid: number }>(
          `select pid from pg_stat_activity where usename = 'connections_login' and datname = $1`,
          [dataset.name],
        )
        return rows.map(({ pid }) => pid)
      }),
    )
  try {
    await turn()
    const without: Paced[] = []
    const withWorker: Paced[] = []
    for (let round = 0; round < rounds; round++) {
      without.push(await turn())
      const stop = await startWorkerProcess(dataset.workerUrl)
      await sleep(3_000)
      withWorker.push(await turn())
      await stop()
    }
    const delivered = consumers.reduce((sum, { count }) => sum + count(), 0)
    say(
      `${String(pace.perSecond)} writes a second, ${String(rounds)} turns of ${String(pace.seconds)} s each`,
    )
    say(describe('no worker', without))
    say(describe('worker', withWorker))
    const ratio = (of: (paced: Paced) => number) =>
      (median(withWorker.map(of)) / median(without.map(of))).toFixed(2)
    say(
      `worker / none: p95 ${ratio(({ p95 }) => p95)} (bar 1.2), CPU ${ratio(({ cpu }) => cpu)} (bar 1.05)`,
    )
    say(`${String(delivered)} deliveries arrived`)
  } finally {
    await ours.stop()
    await Promise.all(consumers.map(({ close }) => close()))
  }
}

async function startWorkerProcess(databaseUrl: string): Promise<() => Promise<void>> {
  const worker = spawn(process.execPath, ['src/main.ts', 'worker'], {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'development',
      DATABASE_DIRECT_URL: databaseUrl,
      WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await sleep(0)
  return async () => {
    if (worker.exitCode !== null) throw new Error('The worker ended by itself.')
    worker.kill('SIGTERM')
    await once(worker, 'exit')
  }
}

function describe(name: string, turns: readonly Paced[]): string {
  const row = (of: (paced: Paced) => number) => median(turns.map(of)).toFixed(1)
  const errors = turns.reduce((sum, { errors }) => sum + errors, 0)
  return `${name.padEnd(10)} p50 ${row(({ p50 }) => p50)} ms, p95 ${row(({ p95 }) => p95)} ms, CPU ${row(({ cpu }) => cpu)} µs a write, ${String(errors)} errors`
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

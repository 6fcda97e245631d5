import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { shareDone } from '../../../src/worker/schedule/tasks/compute-suggestions.ts'
import { readCpu, readMemory, spent } from '../cpu.ts'
import { asAdmin, type Dataset, openDataset } from '../dataset.ts'
import { type Paced, putPaced } from '../events/paced.ts'
import { headersOf } from '../measure.ts'
import { type Auth, startSystem, type System } from '../systems/start.ts'
import { watchLocks } from './locks.ts'

/** What others do beside the run: so many reads a second, in turns of so many seconds. */
const pace = { perSecond: 50, seconds: 20 }
const read = `query { viewer { friends(first: 20) { edges { node { id username } } } privacySettings { discoverable } } }`
const tasks = `name in ('compute-suggestions', 'compute-suggestions-upper')`
/** Large, and read by nothing that is measured here. */
const unread = ['user_friends_recent_idx', 'user_friends_close_first_idx']

/**
 * `npm run bench -- suggestions --users 1000000`: one run of the worker over everybody, killed with
 * kill -9 in the middle: how long it takes, what it costs, the longest wait for a lock of others
 * beside it, among them people being erased, and what reads at 50 a second feel of it.
 */
export async function measureNightly(
  postgres: RunningPostgres,
  auth: Auth,
  users: number,
  say: (line: string) => void,
): Promise<void> {
  const size = { users, friends: 50, followers: 0 }
  const without = users > 200_000 ? unread : []
  const dataset = await openDataset(postgres, size, say, 'suggestions/dataset.sql', without)
  const server = await startSystem('ours', dataset, auth)
  try {
    await asAdmin(dataset, (admin) => forget(admin))
    const next = await readers(dataset, auth)
    const turn = () => putPaced(server, pace, next, () => Promise.resolve([]))
    await turn()
    const before = [await turn(), await turn(), await turn()]
    say(`before   ${describe(before)}`)
    await watchRun(postgres, dataset, server, turn, before, say)
  } finally {
    await server.stop()
  }
}

/** Everybody was active today, and nobody is computed. */
async function forget(admin: pg.Client): Promise<void> {
  await admin.query('truncate user_similarity, similarity_runs, worker_tasks')
  await admin.query('set session_replication_role = replica')
  // The data set has blocks at random, also of friends, and such people could not be erased.
  await admin.query(
    'delete from user_blocks using user_friends where user_id = blocker_user_id and friend_id = blocked_user_id',
  )
  await admin.query(
    'insert into activity_days (user_id, day) select id, current_date from users on conflict do nothing',
  )
  await admin.query('set session_replication_role = origin')
  await admin.query('vacuum (analyze) activity_days')
  await admin.query('checkpoint')
}

async function watchRun(
  postgres: RunningPostgres,
  dataset: Dataset,
  server: System,
  turn: () => Promise<Paced>,
  before: readonly Paced[],
  say: (line: string) => void,
): Promise<void> {
  const admin = new pg.Client({ connectionString: dataset.adminUrl })
  await admin.connect()
  const locks = await watchLocks(dataset)
  let worker = startWorker(dataset)
  const begun = performance.now()
  const cpuBefore = readCpu(server.pid, postgres.pid).postgres
  const during: Paced[] = []
  let [memory, isKilled] = [0, false]
  try {
    for (;;) {
      during.push(await turn())
      memory = Math.max(memory, readMemory(worker.pid ?? 0))
      const run = await stateOf(admin)
      const minutes = (performance.now() - begun) / 60_000
      say(
        `${minutes.toFixed(1).padStart(5)} min  ${(run.share * 100).toFixed(1).padStart(5)} %  ${describe(during.slice(-1))}  worker ${memory.toFixed(0)} MB  longest wait ${locks.longestMs().toFixed(0)} ms`,
      )
      if (run.isDone) break
      if (run.share > 0.5 && !isKilled) {
        isKilled = true
        worker.kill('SIGKILL')
        await once(worker, 'exit')
        worker = startWorker(dataset)
        say('killed with -9, and started again')
      }
    }
    const seconds = (performance.now() - begun) / 1_000
    const cpu = spent(
      { server: 0, postgres: cpuBefore },
      { server: 0, postgres: readCpu(server.pid, postgres.pid).postgres },
    )
    const { computed, people, rows } = await countOf(admin)
    const p95 = (turns: readonly Paced[]) => median(turns.map((one) => one.p95))
    const ratio = p95(during) / p95(before)
    say('')
    say(`people            ${people}, of which computed in all batches ${computed}; rows ${rows}`)
    say(`                  ${judged(computed === people, 'no committed batch again')}`)
    say(`duration          ${(seconds / 60).toFixed(1)} min (≤ 60 for 1,000,000)`)
    say(
      `CPU of Postgres   ${(cpu.postgres / 1_000 / people).toFixed(2)} ms a person, reads included`,
    )
    say(`memory            worker ${memory.toFixed(0)} MB ${judged(memory <= 500, '≤ 500')}`)
    say(
      `longest wait      ${locks.longestMs().toFixed(0)} ms ${judged(locks.longestMs() <= 100, '≤ 100')}, ${locks.erased()} erasures tried`,
    )
    say(
      `others' p95       before ${p95(before).toFixed(1)} ms, during ${p95(during).toFixed(1)} ms: ${ratio.toFixed(2)} times ${judged(ratio <= 1.5, '≤ 1.5')}`,
    )
  } finally {
    worker.kill('SIGKILL')
    await locks.stop()
    await admin.end()
  }
}

async function stateOf(admin: pg.Client): Promise<{ share: number; isDone: boolean }> {
  const { rows } = await admin.query<{ position: string | null; done: boolean }>(
    `select position, last_outcome is not null as done from worker_tasks where ${tasks} order by name`,
  )
  const positions = rows.map(({ position, done }) => (done ? null : (position ?? 'everybody')))
  return {
    share: rows.length === 2 ? shareDone(positions) : 0,
    isDone: rows.length === 2 && rows.every(({ done }) => done),
  }
}

async function countOf(admin: pg.Client) {
  const { rows } = await admin.query<{ computed: number; people: number; rows: number }>(
    `select (select sum(last_rows)::int from worker_tasks where ${tasks}) as computed,
            (select count(*)::int from similarity_runs) as people,
            (select count(*)::int from user_similarity) as rows`,
  )
  const [counted] = rows
  if (counted === undefined) throw new Error('Nothing was counted.')
  return counted
}

/** Reads of 200 people in turn. */
async function readers(dataset: Dataset, auth: Auth) {
  const people = await asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>(
      'select id from bench.people where n % 97 = 5 order by n limit 200',
    )
    return rows.map(({ id }) => id)
  })
  const headers = await Promise.all(people.map((id) => headersOf(id, auth)))
  const body = JSON.stringify({ query: read })
  let at = 0
  return () =>
    Promise.resolve({ headers: headers[at++ % headers.length] ?? {}, body, expect: '"data":{' })
}

function startWorker({ workerUrl }: Dataset): ChildProcess {
  return spawn(process.execPath, ['src/main.ts', 'worker'], {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      DATABASE_DIRECT_URL: workerUrl,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

const judged = (isReached: boolean, bar: string) => `(${bar}) ${isReached ? 'reached' : 'MISSED'}`

function describe(turns: readonly Paced[]): string {
  const of = (value: (paced: Paced) => number) => median(turns.map(value)).toFixed(1)
  const errors = turns.reduce((sum, one) => sum + one.errors, 0)
  return `others p50 ${of(({ p50 }) => p50)} ms, p95 ${of(({ p95 }) => p95)} ms, ${errors} errors`
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

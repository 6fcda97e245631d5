import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { type Cpu, readCpu, spent } from '../cpu.ts'
import { asAdmin, type Dataset, openDataset, type Size } from '../dataset.ts'
import { inTurn, type Paced, putPaced } from '../events/paced.ts'
import { callsOf, headersOf, watchStatements } from '../measure.ts'
import { readInputs } from '../questions.ts'
import { type Auth, startSystem } from '../systems/start.ts'
import type { Beats } from './beats.ts'
import { watchLocks } from './locks.ts'

/** Heartbeats and reads a second. */
const [beating, reading] = [1_000, 100]

/** What a heartbeat may take of all processes, and how much slower reads may become. */
const bars = { microseconds: 300, ratio: 1.5 }

const heartbeat = {
  body: JSON.stringify({ query: 'mutation { heartbeat { changed presence { status } } }' }),
  expect: '"changed":true',
}

/** The cheapest request there is: what a heartbeat would take if it did nothing. */
const nothing = {
  body: JSON.stringify({ query: '{ __typename }' }),
  expect: '"__typename":"Query"',
}

/** One turn: how reads went, and what everything took of all processes. */
interface Turn {
  readonly reads: Paced
  readonly beats: Paced | null
  readonly cpu: Cpu
  /** Of all samples of the sessions of Postgres, in how many somebody waited for a lock. */
  readonly waits: string
}

/**
 * `npm run bench -- heartbeats`: what a heartbeat takes of all processes, and what 1,000 a second
 * do to reads. Turns with reads alone, with heartbeats beside them, and with as many requests that
 * ask for nothing alternate. Each person sends one heartbeat a turn, so every one of them counts.
 */
export async function measureHeartbeats(
  postgres: RunningPostgres,
  auth: Auth,
  {
    rounds,
    senders,
    users,
    friends,
    followers,
  }: Size & { readonly rounds: number; readonly senders: number },
  say: (line: string) => void,
): Promise<void> {
  const dataset = await openDataset(postgres, { users, friends, followers }, say)
  const people = await sendersOf(dataset, senders)
  const headers: Record<string, string>[] = []
  for (const person of people) headers.push(await headersOf(person, auth))
  await watchStatements(dataset, true)
  const ours = await startSystem('ours', dataset, auth)
  const seconds = Math.ceil(senders / beating)
  const sender = fork(join(import.meta.dirname, 'beats.ts'), { serialization: 'advanced' })
  try {
    const calls = await callsOf(ours, 'Q1', await readInputs(dataset), auth)
    const read = inTurn(calls)
    const { origin, pid } = ours
    const beat = { system: { origin, pid }, perSecond: beating, seconds }
    const turn = async (name: string, sent: typeof heartbeat | null): Promise<Turn> => {
      const before = readCpu(ours.pid, postgres.pid)
      const locks = watchLocks(dataset)
      const [reads, beats] = await Promise.all([
        putPaced(ours, { perSecond: reading, seconds }, read, () => Promise.resolve([])),
        sent === null
          ? null
          : send(sender, { ...beat, calls: headers.map((own) => ({ headers: own, ...sent })) }),
      ])
      const waits = await locks.stop()
      // The last heartbeats are written within a second.
      await sleep(1_500)
      const cpu = spent(before, readCpu(ours.pid, postgres.pid))
      say(
        `${name}: reads p95 ${reads.p95.toFixed(2)} ms, ` +
          `server ${(cpu.server / 1e6).toFixed(2)} s, Postgres ${(cpu.postgres / 1e6).toFixed(2)} s`,
      )
      return { reads, beats, cpu, waits }
    }
    const withHeartbeats = () => turn('with heartbeats', heartbeat)
    const alone = () => turn('reads alone', null)
    // Everybody is met once, and has a row.
    await withHeartbeats()
    await alone()
    const turns: Turns = { alone: [], both: [], idle: [] }
    const writesBefore = await writesOf(dataset)
    for (let round = 0; round < rounds; round++) {
      turns.both.push(await withHeartbeats())
      turns.alone.push(await alone())
      turns.idle.push(await turn('with requests for nothing', nothing))
    }
    report(turns, seconds, say)
    const writes = await writesOf(dataset)
    say(
      `${String(writes.calls - writesBefore.calls)} writes in ${String(rounds * seconds)} s with heartbeats, ` +
        `${writes.mean.toFixed(1)} ms each; the table is ${writes.persistence}`,
    )
  } finally {
    sender.kill()
    await ours.stop()
  }
}

async function send(sender: ChildProcess, beats: Beats): Promise<Paced> {
  sender.send(beats)
  const [result] = (await once(sender, 'message')) as [Paced]
  return result
}

/** Of each kind: reads alone, beside heartbeats, and beside requests that ask for nothing. */
type Turns = Readonly<Record<'alone' | 'both' | 'idle', Turn[]>>

function report({ alone, both, idle }: Turns, seconds: number, say: (line: string) => void) {
  const beside = (turns: readonly Turn[], of: (cpu: Cpu) => number) => {
    const difference =
      median(turns.map(({ cpu }) => of(cpu))) - median(alone.map(({ cpu }) => of(cpu)))
    return difference / (seconds * beating)
  }
  const each = (of: (cpu: Cpu) => number) => beside(both, of)
  const [server, database] = [each((cpu) => cpu.server), each((cpu) => cpu.postgres)]
  const p95 = (turns: readonly Turn[]) => median(turns.map(({ reads }) => reads.p95))
  const errors = both.reduce((sum, { beats }) => sum + (beats?.errors ?? 0), 0)
  const beats = median(both.map(({ beats }) => beats?.p95 ?? 0))
  const ratio = p95(both) / p95(alone)
  say(
    `A heartbeat: ${(server + database).toFixed(0)} µs of all processes ` +
      `(server ${server.toFixed(0)}, Postgres ${database.toFixed(0)}; bar ${String(bars.microseconds)}): ` +
      judged(server + database <= bars.microseconds),
  )
  say(
    `A request for nothing, as often: ${beside(idle, (cpu) => cpu.server + cpu.postgres).toFixed(0)} µs, ` +
      `reads beside it p95 ${p95(idle).toFixed(2)} ms`,
  )
  say(
    `Reads at ${String(reading)} a second: p95 ${p95(alone).toFixed(2)} ms alone, ${p95(both).toFixed(2)} ms beside ` +
      `${String(beating)} heartbeats a second: ${ratio.toFixed(2)} × (bar ${String(bars.ratio)}): ${judged(ratio <= bars.ratio)}`,
  )
  say(`p95 of a heartbeat ${beats.toFixed(2)} ms; ${String(errors)} did not count`)
  say(`Sessions that waited for a lock, of all that were seen: ${both.at(-1)?.waits ?? ''}`)
}

const judged = (isReached: boolean) => (isReached ? 'reached' : 'MISSED')

async function sendersOf(dataset: Dataset, senders: number): Promise<readonly string[]> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>(
      'select id from users order by id limit $1',
      [senders],
    )
    return rows.map(({ id }) => id)
  })
}

async function writesOf(dataset: Dataset) {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ calls: number; mean: number; persistence: string }>(
      `select coalesce(sum(calls), 0)::int as calls, coalesce(avg(mean_exec_time), 0)::float8 as mean,
              (select case relpersistence when 'p' then 'logged' else 'UNLOGGED' end
                 from pg_class where oid = 'user_presence'::regclass) as persistence
         from pg_stat_statements
        where query like '%keep_activity(%' and dbid = (select oid from pg_database where datname = current_database())`,
    )
    const [row] = rows
    if (row === undefined) throw new Error('pg_stat_statements gave nothing.')
    return row
  })
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

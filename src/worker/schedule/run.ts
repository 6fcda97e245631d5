import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import type { Transaction } from '../../database/sql.ts'
import { limits } from '../../limits.ts'
import {
  type Claim,
  claimDueTask,
  claimTask,
  insertTasks,
  recordBatch,
  recordFailure,
  releaseClaim,
  renewClaim,
} from './sql.ts'
import type { Batch, Task, TaskSettings } from './task.ts'
import { standardTaskSettings } from './task-settings.ts'
import { tasks } from './tasks.ts'

export interface RunOptions {
  /** Ends the run after the batch that is under way. */
  readonly signal?: AbortSignal
  /** How long the task belongs to this process; tests shorten it. */
  readonly leaseMs?: number
  readonly pauseMs?: number
  /** What is over by then is over; now, by the database's clock, unless a test says otherwise. */
  readonly moment?: Date
  /** Of the configuration; what stands in it unless told, when left out. */
  readonly settings?: TaskSettings
  /**
   * Where the run begins, in the task's own words. One that is at a place which does not begin with
   * these words begins anew.
   */
  readonly from?: string
  /** Told of each batch when it is committed. */
  readonly onBatch?: (batch: Batch) => void
}

/** What became of a run. */
export interface Ran {
  readonly task: Task
  /**
   * `interrupted`: told to stop. `taken over`: it took longer than its lease, and another worker
   * goes on. In both cases what was done stays done.
   */
  readonly outcome: 'done' | 'interrupted' | 'taken over'
  /** Rows that this process has changed, moved or removed. */
  readonly rows: number
  readonly durationMs: number
}

/** A run that failed, and of which task. */
export class TaskFailure extends Error {
  readonly task: Task

  constructor(task: Task, cause: unknown) {
    super(`The task ${task.name} failed.`, { cause })
    this.task = task
  }
}

/**
 * Runs one task now, due or not, to its end.
 * @returns null when another process is running it
 * @throws TaskFailure
 */
export async function runTask(
  database: Database,
  task: Task,
  options: RunOptions = {},
): Promise<Ran | null> {
  await addTasks(database)
  return claimAndRun(database, [task], options, (tx, run, leaseMs) =>
    claimTask(tx, task.name, run, leaseMs),
  )
}

/**
 * Runs the task that has been due for the longest, to its end.
 * @returns null when none of these is due
 * @throws TaskFailure
 */
export function runDueTask(
  database: Database,
  among: readonly Task[],
  options: RunOptions = {},
): Promise<Ran | null> {
  const names = among.map(({ name }) => name)
  return claimAndRun(database, among, options, (tx, run, leaseMs) =>
    claimDueTask(tx, names, run, leaseMs),
  )
}

/** Lets every task be known to the database. */
export function addTasks(database: Database): Promise<void> {
  return write(database, (tx) =>
    insertTasks(
      tx,
      tasks.map(({ name }) => name),
    ),
  )
}

async function claimAndRun(
  database: Database,
  among: readonly Task[],
  options: RunOptions,
  take: (tx: Transaction, run: string, leaseMs: number) => Promise<Claim | null>,
): Promise<Ran | null> {
  const run = randomUUID()
  const leaseMs = options.leaseMs ?? limits.tasks.leaseMs
  const claim = await write(database, (tx) => take(tx, run, leaseMs))
  const task = among.find(({ name }) => name === claim?.name)
  if (claim === null || task === undefined) return null
  const moment = options.moment ?? claim.moment
  try {
    return await runBatches(database, task, run, { leaseMs, ...options, moment })
  } catch (error) {
    // If this fails too, the lease ends by itself.
    await write(database, (tx) => recordFailure(tx, task.name, run)).catch(() => undefined)
    throw new TaskFailure(task, error)
  }
}

async function runBatches(
  database: Database,
  task: Task,
  run: string,
  {
    leaseMs,
    moment,
    signal,
    pauseMs,
    settings = standardTaskSettings,
    from,
    onBatch,
  }: RunOptions & Required<Pick<RunOptions, 'leaseMs' | 'moment'>>,
): Promise<Ran> {
  const started = performance.now()
  let rows = 0
  const ended = (outcome: Ran['outcome']): Ran => ({
    task,
    outcome,
    rows,
    durationMs: performance.now() - started,
  })
  for (;;) {
    if (signal?.aborted === true) {
      await write(database, (tx) => releaseClaim(tx, task.name, run))
      return ended('interrupted')
    }
    const batch = await write(database, async (tx): Promise<Batch | null> => {
      const claim = await renewClaim(tx, task.name, run, leaseMs)
      if (claim === null) return null
      const isBegun = from === undefined || claim.position?.startsWith(from) === true
      const position = isBegun ? claim.position : from
      const done = await task.batch(tx, moment, position, settings)
      await tx.last(recordBatch(tx, task.name, done))
      return done
    })
    if (batch === null) return ended('taken over')
    rows += batch.rows
    onBatch?.(batch)
    if (batch.next === null) return ended('done')
    // Told to stop, it does not finish the pause.
    const untilStopped = signal === undefined ? {} : { signal }
    const rest = pauseMs ?? batch.pauseMs ?? limits.tasks.pauseMs
    await sleep(rest, undefined, untilStopped).catch(() => undefined)
  }
}

type Work<T> = (tx: Transaction) => Promise<T>

function write<T>(database: Database, work: Work<T>): Promise<T> {
  return database.as({ kind: 'worker' }).write(work)
}

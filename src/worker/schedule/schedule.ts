import { randomUUID } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import { limits } from '../../limits.ts'
import { startLoop } from '../loop.ts'
import type { WorkerLog } from '../worker-log.ts'
import { addTasks, type Ran, runDueTask, runTask, TaskFailure } from './run.ts'
import { recordSeen } from './seen.ts'
import { tasks } from './tasks.ts'
import { endBlocks, hasEndedBlocks } from './tasks/end-blocks.ts'

/** The tasks that a worker runs when they are due. */
export interface Schedule {
  /** Resolves after the batch that is under way. The next worker continues behind it. */
  stop(): Promise<void>
}

/** What the loop of blocks does not do. */
const others = tasks.filter((task) => task !== endBlocks)

/**
 * Runs the tasks when they are due, one after the other, and ends blocks within a second or so of
 * their time. Says every few seconds that this worker is there.
 * @param failed told of what was thrown and is no failure of a task
 */
export function startSchedule(
  database: Database,
  log: WorkerLog,
  failed: (error: unknown) => void,
): Schedule {
  const { lookEveryMs, endedBlocksMs, retryMs } = limits.tasks
  const stopping = new AbortController()
  const worker = randomUUID()
  const options = { signal: stopping.signal }
  const told = (error: unknown) => {
    if (!(error instanceof TaskFailure)) failed(error)
    // The database says by itself when it is away.
    else if (database.isUp) log.error({ task: error.task.name, err: error.cause }, 'a task failed')
  }

  let isKnown = false
  const looking = startLoop(
    lookEveryMs,
    async () => {
      if (!isKnown) await addTasks(database)
      isKnown = true
      const ran = await runDueTask(database, others, options)
      tell(log, ran)
      return ran?.outcome === 'done'
    },
    told,
  )

  let [lookedAt, failedAt] = [-Infinity, -Infinity]
  const ending = startLoop(
    endedBlocksMs,
    async () => {
      const now = performance.now()
      const isQuiet = now - lookedAt < lookEveryMs
      if (!isQuiet) {
        await recordSeen(database, worker)
        lookedAt = now
      }
      if (now - failedAt < retryMs) return false
      try {
        if (await hasEndedBlocks(database)) tell(log, await runTask(database, endBlocks, options))
        else if (!isQuiet) await runDueTask(database, [endBlocks], options)
      } catch (error) {
        failedAt = now
        throw error
      }
      return false
    },
    told,
  )

  return {
    stop: async () => {
      stopping.abort()
      await Promise.all([looking.stop(), ending.stop()])
    },
  }
}

/** A line for what has changed something; the others are in the table. */
function tell(log: WorkerLog, ran: Ran | null): void {
  if (ran === null || (ran.rows === 0 && ran.outcome === 'done')) return
  const { task, rows, outcome } = ran
  log.info({ task: task.name, rows, outcome, durationMs: Math.round(ran.durationMs) }, 'task')
}

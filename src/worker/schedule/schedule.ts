import { randomUUID } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import { limits } from '../../limits.ts'
import { startLoop } from '../loop.ts'
import type { WorkerLog } from '../worker-log.ts'
import { addTasks, type Ran, runDueTask, runTask, TaskFailure } from './run.ts'
import { recordSeen } from './seen.ts'
import type { Task, TaskSettings } from './task.ts'
import { tasks } from './tasks.ts'
import { computeSuggestions, computeUpperSuggestions } from './tasks/compute-suggestions.ts'
import { endBlocks, hasEndedBlocks } from './tasks/end-blocks.ts'

/** The tasks that a worker runs when they are due. */
export interface Schedule {
  /** Resolves after the batch that is under way. The next worker continues behind it. */
  stop(): Promise<void>
}

/** Tasks that can take an hour. Each has a loop of its own, so that no other task waits for it. */
const long = [computeSuggestions, computeUpperSuggestions]

/** What neither these loops nor the loop of blocks do. */
const others = tasks.filter((task) => task !== endBlocks && !long.includes(task))

/**
 * Runs the tasks when they are due, one after the other but for the long ones, and ends blocks
 * within a second or so of their time. Says every few seconds that this worker is there.
 * @param failed told of what was thrown and is no failure of a task
 */
export function startSchedule(
  database: Database,
  log: WorkerLog,
  settings: TaskSettings,
  failed: (error: unknown) => void,
): Schedule {
  const { lookEveryMs, endedBlocksMs, retryMs } = limits.tasks
  const stopping = new AbortController()
  const worker = randomUUID()
  const options = { signal: stopping.signal, settings }
  const told = (error: unknown) => {
    if (!(error instanceof TaskFailure)) failed(error)
    // The database says by itself when it is away.
    else if (database.isUp) log.error({ task: error.task.name, err: error.cause }, 'a task failed')
  }

  let isKnown = false
  const runDue = (among: readonly Task[]) =>
    startLoop(
      lookEveryMs,
      async () => {
        if (!isKnown) await addTasks(database)
        isKnown = true
        const ran = await runDueTask(database, among, options)
        tell(log, ran)
        return ran?.outcome === 'done'
      },
      told,
    )
  const looking = [others, ...long.map((task) => [task])].map(runDue)

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
      await Promise.all([...looking, ending].map((loop) => loop.stop()))
    },
  }
}

/** A line for what has changed something; the others are in the table. */
function tell(log: WorkerLog, ran: Ran | null): void {
  if (ran === null || (ran.rows === 0 && ran.outcome === 'done')) return
  const { task, rows, outcome } = ran
  log.info({ task: task.name, rows, outcome, durationMs: Math.round(ran.durationMs) }, 'task')
}

import type { Agent } from 'node:http'
import { openDatabase } from '../database/database.ts'
import { limits } from '../limits.ts'
import { flushSpans } from '../server/observability/flush-spans.ts'
import { Deliveries } from './deliver.ts'
import { dispatch } from './dispatch.ts'
import { startLoop } from './loop.ts'
import { startSchedule } from './schedule/schedule.ts'
import type { TaskSettings } from './schedule/task.ts'
import { standardTaskSettings } from './schedule/task-settings.ts'
import type { WorkerLog } from './worker-log.ts'

export interface WorkerOptions {
  /** The database as `connections_worker`, by no pooler. */
  readonly databaseUrl: string
  readonly log: WorkerLog
  /** The agent that connects to an endpoint and to no address that is not allowed. */
  readonly agentFor: (url: string) => Agent
  /** What tasks need to know of the configuration; what stands in it unless told, when left out. */
  readonly settings?: TaskSettings
  /** How long a delivery belongs to the worker that claimed it; tests shorten it. */
  readonly leaseMs?: number
  /** How long one transaction may take; tests shorten it. */
  readonly transactionMs?: number
}

/** A worker that works until it is stopped. */
export interface RunningWorker {
  /**
   * Begins nothing new, finishes what is under way (at most `limits.webhooks.drainMs`), records it
   * and closes the database. Again: the same promise.
   */
  stop(): Promise<void>
}

/** Connections to Postgres: one for each loop, and two to spare. */
const poolSize = 8

/**
 * Starts a worker: it dispatches the events of the outbox, delivers them to the webhook endpoints,
 * and runs the tasks of the schedule. Several may run on one database.
 */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { log, agentFor, leaseMs = limits.webhooks.leaseMs } = options
  const { dispatchEveryMs, claimEveryMs, recordAfterMs, drainMs } = limits.webhooks
  // A connection on which Postgres says nothing any more would hold a loop for ever.
  const { transactionMs = limits.deadlines.background.statementMs } = options
  const deadlines = { ...limits.deadlines.background, transactionMs }
  const database = openDatabase(
    { url: options.databaseUrl, poolSize, deadlines },
    (level, message, details) => {
      log[level](details, message)
    },
  )
  const session = () => database.as({ kind: 'worker' })
  const failed = (error: unknown) => {
    // The database says by itself when it is away.
    if (database.isUp) log.error({ err: error }, 'unexpected error')
  }

  let recording: NodeJS.Timeout | undefined
  const deliveries = new Deliveries({
    leaseMs,
    agentFor,
    log,
    // What comes in within a moment is recorded together.
    attempted: () => {
      recording ??= setTimeout(() => {
        recording = undefined
        delivering.wake()
      }, recordAfterMs)
    },
  })
  const delivering = startLoop(claimEveryMs, () => deliveries.round(session()), failed)
  const dispatching = startLoop(
    dispatchEveryMs,
    async () => {
      const { events, deliveries: made } = await dispatch(session())
      if (made > 0) delivering.wake()
      return events === limits.webhooks.dispatchedAtOnce
    },
    failed,
  )

  const { settings = standardTaskSettings } = options
  const schedule = startSchedule(database, log, settings, failed)

  log.info({}, 'the worker has started')

  const stop = async () => {
    await Promise.all([dispatching.stop(), schedule.stop()])
    await delivering.stop()
    clearTimeout(recording)
    await deliveries.end(session(), drainMs).catch(failed)
    await database.close()
    await flushSpans()
  }
  let stopped: Promise<void> | null = null
  return { stop: () => (stopped ??= stop()) }
}

import { type readSamples, sum, sumBy } from './samples.ts'

/** What a service says of its events and their deliveries, now. */
export interface Events {
  /** Due and not dispatched. */
  readonly waiting: number
  readonly oldestSeconds: number
  readonly pendingDeliveries: number
  readonly deadDeliveries: number
  readonly disabledEndpoints: number
}

/** What a service says of the workers on its database. */
export interface WorkerPulse {
  /** Those that were seen within a minute. */
  readonly running: number
  /** Null: none has ever run. */
  readonly seenSecondsAgo: number | null
  /** The last run of each task that was ever done, by its name. */
  readonly tasks: Readonly<Record<string, LastRun>>
}

/** The last run of a task. */
export interface LastRun {
  /** An ISO time. */
  readonly finishedAt: string
  readonly seconds: number
  readonly rows: number
  readonly failed: boolean
}

/**
 * Reads what a service's metrics say of events and the worker; null for both while it cannot ask
 * its database.
 */
export function readWorker(samples: ReturnType<typeof readSamples>): {
  readonly events: Events | null
  readonly worker: WorkerPulse | null
} {
  const has = (metric: string) => samples.some(({ name }) => name === metric)
  if (!has('connections_outbox_waiting')) return { events: null, worker: null }
  const deliveries = (state: string): number =>
    sum(samples, 'connections_webhook_deliveries', { state })
  const of = (metric: string, task: string): number => sum(samples, metric, { task })
  const finished = sumBy(samples, 'connections_task_finished_timestamp_seconds', 'task')
  const tasks = Object.entries(finished).map(([task, at]): [string, LastRun] => [
    task,
    {
      finishedAt: new Date(at * 1000).toISOString(),
      seconds: of('connections_task_duration_seconds', task),
      rows: of('connections_task_rows', task),
      failed: of('connections_task_failed', task) > 0,
    },
  ])
  return {
    events: {
      waiting: sum(samples, 'connections_outbox_waiting'),
      oldestSeconds: sum(samples, 'connections_outbox_oldest_seconds'),
      pendingDeliveries: deliveries('pending'),
      deadDeliveries: deliveries('dead'),
      disabledEndpoints: sum(samples, 'connections_webhook_endpoints', { state: 'disabled' }),
    },
    worker: {
      running: sum(samples, 'connections_workers'),
      seenSecondsAgo: has('connections_worker_seen_seconds')
        ? sum(samples, 'connections_worker_seen_seconds')
        : null,
      tasks: Object.fromEntries(tasks),
    },
  }
}

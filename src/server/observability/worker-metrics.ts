import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../../database/database.ts'
import { type Backlog, backlogOf } from './backlog.ts'

interface About<Value> {
  readonly name: string
  readonly help: string
  readonly read: (backlog: Backlog) => Value
}

/** The task whose rows are counters that were wrong. */
const recount = 'recount-counters'

/**
 * Adds what waits for the worker and what it has done: the worker itself listens on no port. All of
 * it is missing while Postgres does not answer.
 */
export function addWorkerMetrics(registry: Registry, database: Database): void {
  const backlog = backlogOf(database)
  const registers = [registry]

  /** A gauge that is read out of the backlog at each scrape; null: it has no value. */
  const gauge = ({ read, ...about }: About<number | null>) =>
    new Gauge({
      ...about,
      registers,
      async collect() {
        const found = await backlog()
        const value = found && read(found)
        if (value === null) this.remove()
        else this.set(value)
      },
    })

  /** The same with a label, one series for each entry. */
  const gauges = (
    label: string,
    { read, ...about }: About<readonly (readonly [string, number])[]>,
  ) =>
    new Gauge({
      ...about,
      labelNames: [label],
      registers,
      async collect() {
        const found = await backlog()
        this.reset()
        for (const [word, value] of found === null ? [] : read(found))
          this.set({ [label]: word }, value)
      },
    })

  gauge({
    name: 'connections_outbox_waiting',
    help: 'Events that are due and not dispatched.',
    read: ({ waiting }) => waiting,
  })
  gauge({
    name: 'connections_outbox_oldest_seconds',
    help: 'Age of the oldest event that is due and not dispatched; 0 if there is none. Absent while Postgres does not answer.',
    read: ({ oldestSeconds }) => oldestSeconds,
  })
  gauges('state', {
    name: 'connections_webhook_deliveries',
    help: 'Deliveries to webhook endpoints: pending, or dead after the last attempt.',
    read: ({ pending, dead }) => [
      ['pending', pending],
      ['dead', dead],
    ],
  })
  gauges('state', {
    name: 'connections_webhook_endpoints',
    help: 'Webhook endpoints, enabled and disabled.',
    read: ({ enabled, disabled }) => [
      ['enabled', enabled],
      ['disabled', disabled],
    ],
  })
  gauge({
    name: 'connections_workers',
    help: 'Workers that were seen within the last minute.',
    read: ({ workers }) => workers,
  })
  gauge({
    name: 'connections_worker_seen_seconds',
    help: 'Seconds since a worker was last seen. Absent if none has ever run.',
    read: ({ seenSeconds }) => seenSeconds,
  })
  const perTask = (read: (task: Backlog['tasks'][number]) => number) => (of: Backlog) =>
    of.tasks.map((task) => [task.name, read(task)] as const)
  gauges('task', {
    name: 'connections_task_finished_timestamp_seconds',
    help: 'When the last run of a task of the worker ended, in seconds since 1970.',
    read: perTask(({ finishedAt }) => finishedAt),
  })
  gauges('task', {
    name: 'connections_task_duration_seconds',
    help: 'How long the last run of a task took.',
    read: perTask(({ durationSeconds }) => durationSeconds),
  })
  gauges('task', {
    name: 'connections_task_rows',
    help: 'Rows that the last run of a task changed, moved or removed.',
    read: perTask(({ rows }) => rows),
  })
  gauges('task', {
    name: 'connections_task_failed',
    help: '1 if the last run of a task failed, otherwise 0.',
    read: perTask(({ failed }) => (failed ? 1 : 0)),
  })
  gauge({
    name: 'connections_suggestions_oldest_seconds',
    help: 'Age of the oldest stored suggestions; what is older than 36 hours is removed by the next run. Absent if none are stored.',
    read: ({ oldestSuggestionsSeconds }) => oldestSuggestionsSeconds,
  })
  gauge({
    name: 'connections_counter_drift',
    help: 'Counters of followers that the last recount found wrong; anything but 0 is a bug.',
    read: ({ tasks }) => tasks.find(({ name }) => name === recount)?.rows ?? null,
  })
}

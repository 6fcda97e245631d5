import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../../database/database.ts'
import { throughGateway } from '../auth/service-secrets.ts'

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Prometheus instruments of one service; names and units follow the conventions of prometheus.io.
 * @param lostLines how many lines of the log could not be written so far
 * @param services the names of those that have a secret of their own
 */
export function createMetrics(
  database: Database,
  lostLines: () => number,
  services: readonly string[],
) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const load = new Gauge({
    name: 'connections_pool_connections',
    help: 'Connections of the pool: open, idle, and requests that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(database.load)) this.set({ state }, count)
    },
  })
  const lost = new Counter({
    name: 'connections_log_lines_lost_total',
    help: 'Lines of the log that could not be written: the disk is full, or nothing reads the output.',
    registers,
    collect() {
      this.reset()
      this.inc(lostLines())
    },
  })
  const serviceOperations = new Counter({
    name: 'connections_service_operations_total',
    help: 'Operations of services, by the name of their secret; `gateway`: with the secret of the gateway.',
    labelNames: ['service'],
    registers,
  })
  for (const service of [...services, throughGateway]) serviceOperations.inc({ service }, 0)
  return {
    registry,
    lost,
    load,
    serviceOperations,
    operations: new Counter({
      name: 'connections_operations_total',
      help: 'GraphQL operations, by type and outcome (ok, errors).',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    errors: new Counter({
      name: 'connections_operation_errors_total',
      help: 'Operations that were answered with a top-level error, by its code; each code once an operation.',
      labelNames: ['code'],
      registers,
    }),
    executions: new Counter({
      name: 'connections_executions_total',
      help: 'Executed operations, by executor: compiled, graphql-js, or both (compiled, then again because of an error).',
      labelNames: ['executor'],
      registers,
    }),
    duration: new Histogram({
      name: 'connections_operation_duration_seconds',
      help: 'From the parsed request to the finished answer.',
      labelNames: ['type'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    statements: new Histogram({
      name: 'connections_operation_statements',
      help: 'SQL statements of one operation. Grows with the selected fields, not with the number of people.',
      labelNames: ['type'],
      buckets: [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
      registers,
    }),
    batches: new Histogram({
      name: 'connections_loader_batch_size',
      help: 'Keys that one loader asked for in one statement.',
      labelNames: ['loader'],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    retryable: new Counter({
      name: 'connections_retryable_errors_total',
      help: 'Failures that the client was told to try again (OVERLOADED, DATABASE_UNAVAILABLE), by reason.',
      labelNames: ['code', 'reason'],
      registers,
    }),
    databaseUp: new Gauge({
      name: 'connections_database_up',
      help: '0 while no connection to Postgres can be made, otherwise 1.',
      registers,
      collect() {
        this.set(database.isUp ? 1 : 0)
      },
    }),
    silent: new Counter({
      name: 'connections_database_silent_connections_total',
      help: 'Connections that were closed because Postgres did not answer on them.',
      registers,
      collect() {
        this.reset()
        this.inc(database.silent)
      },
    }),
    uncounted: new Counter({
      name: 'connections_rate_limit_failed_open_total',
      help: 'Calls that were allowed because the rate limit could not be checked.',
      registers,
      collect() {
        this.reset()
        this.inc(database.uncounted)
      },
    }),
    accountEvents: new Counter({
      name: 'connections_account_events_total',
      help: 'Messages to /webhooks/accounts, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    liveStreams: new Gauge({
      name: 'connections_live_streams',
      help: 'Subscriptions that are open, by transport (sse, websocket).',
      labelNames: ['transport'],
      registers,
    }),
    liveChanges: new Counter({
      name: 'connections_live_changes_total',
      help: 'Changes for subscriptions, by outcome: sent, hidden (by a block), failed (the subscription was ended).',
      labelNames: ['outcome'],
      registers,
    }),
    refusedRequests: new Counter({
      name: 'connections_requests_refused_total',
      help: 'Requests refused before they were read, by missing credential.',
      labelNames: ['reason'],
      registers,
    }),
  }
}

import { readFileSync } from 'node:fs'
import type { GraphQLSchema } from 'graphql'
import { Counter, Gauge } from 'prom-client'
import type { Database } from '../../database/database.ts'
import { retryableReasons } from '../../graphql/errors.ts'
import { outgoingCodes } from '../outgoing-errors.ts'
import { addInsightMetrics } from './insight-metrics.ts'
import type { Metrics } from './metrics.ts'
import { countRefusals } from './refusals.ts'
import { addWorkerMetrics } from './worker-metrics.ts'

/** What the service is, for the metrics. */
interface Build {
  readonly nodeVersion: string
  readonly environment: string
}

/**
 * What stands in `connections_operations_total` as a type: of an operation, or `none` when there
 * was none.
 */
const types = ['query', 'mutation', 'subscription', 'none']

/** What becomes of a message to `/webhooks/accounts`. */
const accountOutcomes = ['registered', 'kept', 'known', 'ignored', 'invalid', 'unsigned', 'failed']

/**
 * Adds what is known of the service as a whole: its build, what its mutations refuse, and what the
 * worker does. Lets every series exist from the start whose labels are a closed set, so that a
 * rate sees its first event.
 * @param missingCredentials the reasons for which a request is refused before it is read
 */
export function addServiceMetrics(
  metrics: Metrics,
  database: Database,
  schema: GraphQLSchema,
  build: Build,
  missingCredentials: readonly string[],
): void {
  const registers = [metrics.registry]
  new Gauge({
    name: 'connections_build_info',
    help: 'Always 1; the labels name what is running.',
    labelNames: ['version', 'node', 'environment'],
    registers,
  }).set({ version: versionOf(), node: build.nodeVersion, environment: build.environment }, 1)
  const refusals = new Counter({
    name: 'connections_refusals_total',
    help: 'Calls of mutations that were refused, by the code in `userErrors`.',
    labelNames: ['code'],
    registers,
  })
  const rateLimited = new Counter({
    name: 'connections_rate_limited_total',
    help: 'Calls of mutations and queries that a rate limit refused, by field.',
    labelNames: ['field'],
    registers,
  })
  countRefusals(schema, refusals, rateLimited)
  addWorkerMetrics(metrics.registry, database)
  addInsightMetrics(metrics.registry, database)
  startAtZero(metrics, missingCredentials)
}

function startAtZero(metrics: Metrics, missingCredentials: readonly string[]): void {
  for (const type of types) {
    for (const outcome of ['ok', 'errors']) metrics.operations.inc({ type, outcome }, 0)
    metrics.duration.zero({ type })
    metrics.statements.zero({ type })
  }
  for (const code of outgoingCodes) metrics.errors.inc({ code }, 0)
  for (const [code, reasons] of Object.entries(retryableReasons))
    for (const reason of reasons) metrics.retryable.inc({ code, reason }, 0)
  for (const transport of ['sse', 'websocket']) metrics.liveStreams.set({ transport }, 0)
  for (const outcome of ['sent', 'hidden', 'failed']) metrics.liveChanges.inc({ outcome }, 0)
  for (const reason of missingCredentials) metrics.refusedRequests.inc({ reason }, 0)
  for (const outcome of accountOutcomes) metrics.accountEvents.inc({ outcome }, 0)
}

function versionOf(): string {
  const manifest = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

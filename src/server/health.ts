import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import { Condition } from '../database/condition.ts'
import type { Database } from '../database/database.ts'
import { migrationNames } from '../database/migration-files.ts'
import { explained } from '../database/outage.ts'
import { sqlState } from '../database/retry.ts'
import { sql } from '../database/sql.ts'
import type { Metrics } from './observability/metrics.ts'

/**
 * Routes for the platform, without the gateway's secret; they tell nothing about people. Keep them
 * off the public network.
 */
export function healthRoutes(
  app: FastifyInstance,
  database: Database,
  metrics: Metrics,
  isDraining: () => boolean,
): void {
  const failing = new Condition((level, message, details) => app.log[level](details, message), {
    begins: 'readiness could not be checked',
    ends: 'readiness can be checked again',
  })
  app.get('/livez', () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const problem = isDraining() ? 'draining' : await findProblem(database, failing)
    return problem === null ? { status: 'ok' } : reply.code(503).send({ status: problem })
  })

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}

/**
 * Why the service cannot answer now; null when it can.
 * @param failing lasts while the question itself fails for a reason that nobody expected, which the
 * log tells
 */
async function findProblem(database: Database, failing: Condition): Promise<string | null> {
  const session = database.probe
  try {
    const [applied, [state], wanted] = await Promise.all([
      session.read.rows<{ name: string }>(
        'health.migrations',
        sql`select name from applied_migrations() as name`,
      ),
      session.read.rows<{ readOnly: boolean }>(
        'health.readOnly',
        sql`select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as "readOnly"`,
      ),
      migrationNames(),
    ])
    failing.end()
    const names = new Set(applied.map(({ name }) => name))
    if (!wanted.every((name) => names.has(name))) return 'migrations pending'
    return state?.readOnly === true ? 'database read-only' : null
  } catch (error) {
    return explainFailure(error, failing)
  } finally {
    await session.finish().catch(() => undefined)
  }
}

/**
 * Without the function, its table or the roles, no migration has been applied yet: the first ones
 * make them.
 */
const unmigrated = ['42883', '42P01', '22023']

function explainFailure(error: unknown, failing: Condition): string {
  if (unmigrated.includes(sqlState(error) ?? '')) return 'migrations pending'
  // Overload and outages are told by the pool.
  if (explained(error) instanceof GraphQLError) return 'database unreachable'
  failing.begin(error)
  return 'readiness check failed'
}

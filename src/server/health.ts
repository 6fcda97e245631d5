import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/database.ts'
import type { Metrics } from './observability/metrics.ts'
import { sql } from '../database/sql.ts'
import { migrationNames } from '../database/migration-files.ts'

/** Routes for the platform, without gateway proof; they tell nothing about people. Keep them off the public network. */
export function healthRoutes(
  app: FastifyInstance,
  database: Database,
  metrics: Metrics,
  isDraining: () => boolean,
): void {
  app.get('/livez', () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const problem = isDraining() ? 'draining' : await findProblem(database)
    return problem === null ? { status: 'ok' } : reply.code(503).send({ status: problem })
  })

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}

/** Why the service cannot answer now; null when it can. */
async function findProblem(database: Database): Promise<string | null> {
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
    const names = new Set(applied.map(({ name }) => name))
    if (!wanted.every((name) => names.has(name))) return 'migrations pending'
    return state?.readOnly === true ? 'database read-only' : null
  } catch {
    return 'database unreachable'
  } finally {
    await session.finish().catch(() => undefined)
  }
}

import type { Database } from '../../database/database.ts'
import type { Worker } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { exitCodes, type Host } from './host.ts'

/**
 * Does `work` on the service's database, as its login: `DATABASE_URL`, else the running dev stack.
 * Answers with what `work` does, or with the exit code of a wrong environment when neither is
 * there.
 */
export async function withServiceDatabase<Code>(
  host: Host,
  data: string | undefined,
  work: (database: Database) => Promise<Code>,
): Promise<Code | typeof exitCodes.misused> {
  return withDatabase(host, data, { variable: 'DATABASE_URL', place: 'loginUrl' }, work)
}

/**
 * Does `work` on the service's database, as the worker's login: `DATABASE_DIRECT_URL`, else the
 * running dev stack. Otherwise as `withServiceDatabase`.
 */
export async function withWorkerDatabase<Code>(
  host: Host,
  data: string | undefined,
  work: (database: Database) => Promise<Code>,
): Promise<Code | typeof exitCodes.misused> {
  return withDatabase(host, data, { variable: 'DATABASE_DIRECT_URL', place: 'workerUrl' }, work)
}

/** The same with one session, as the worker. */
export async function asWorker<Code>(
  host: Host,
  data: string | undefined,
  work: (session: Session<Worker>) => Promise<Code>,
): Promise<Code | typeof exitCodes.misused> {
  return withWorkerDatabase(host, data, async (database) => {
    const session = database.as({ kind: 'worker' })
    try {
      return await work(session)
    } finally {
      await session.finish()
    }
  })
}

/** Where the URL of the database is found. */
interface Way {
  readonly variable: 'DATABASE_URL' | 'DATABASE_DIRECT_URL'
  readonly place: 'loginUrl' | 'workerUrl'
}

async function withDatabase<Code>(
  host: Host,
  data: string | undefined,
  way: Way,
  work: (database: Database) => Promise<Code>,
): Promise<Code | typeof exitCodes.misused> {
  const url = await databaseUrl(host, data, way)
  if (url === null) {
    host.complain(`${way.variable}: required (or start the dev stack to use its database)`)
    return exitCodes.misused
  }
  const [{ openDatabase }, { limits }] = await Promise.all([
    import('../../database/database.ts'),
    import('../../limits.ts'),
  ])
  // One connection holds the run, one works.
  const database = openDatabase({ url, poolSize: 2, deadlines: limits.deadlines.background })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

async function databaseUrl(
  { env }: Host,
  data: string | undefined,
  { variable, place }: Way,
): Promise<string | null> {
  if (env[variable] !== undefined) {
    const { readDatabaseUrl } = await import('../../config.ts')
    return readDatabaseUrl(env, variable)
  }
  if (env['NODE_ENV'] === 'production') return null
  const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
  return (await runningStack(dataDirectoryFrom(data)))?.places?.[place] ?? null
}

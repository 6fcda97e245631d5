import type { Database } from '../../database/database.ts'
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
  const url = await loginUrl(host, data)
  if (url === null) {
    host.complain('DATABASE_URL: required (or start the dev stack to use its database)')
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

async function loginUrl({ env }: Host, data: string | undefined): Promise<string | null> {
  if (env['DATABASE_URL'] !== undefined) {
    const { readDatabaseUrl } = await import('../../config.ts')
    return readDatabaseUrl(env, 'DATABASE_URL')
  }
  if (env['NODE_ENV'] === 'production') return null
  const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
  return (await runningStack(dataDirectoryFrom(data)))?.places?.loginUrl ?? null
}

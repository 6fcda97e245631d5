import type { Database } from '../../database/database.ts'
import { sql } from '../../database/sql.ts'
import { UserFacingError } from '../../user-facing-error.ts'

/**
 * For how long a run may be silent before Postgres takes its lock away; a machine that is gone says
 * nothing.
 */
const silence = '10min'

/**
 * Does `work` as the only run of this name, on any machine. The lock is held by a transaction of
 * its own that writes nothing, also through a pooler, and ends with the process, however that ends.
 * @param work gets a function to call now and then, at least once in ten minutes
 * @throws UserFacingError when another run has it
 */
export async function asOnlyRun<T>(
  database: Database,
  name: string,
  work: (stillHere: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const session = database.as({ kind: 'service', name: 'contacts import' })
  // The work's own failure goes round the session, which would otherwise try all of it again after
  // a deadlock.
  const outcome = await session.write(async (tx) => {
    const [lock] = await tx.rows<{ ours: boolean }>(
      'imports.hold',
      sql`
        select pg_try_advisory_xact_lock(hashtextextended(${`contact-import:${name}`}, 0)) as ours,
               set_config('idle_in_transaction_session_timeout', ${silence}, true)`,
    )
    if (lock?.ours !== true) throw running(name)
    return work(() => tx.rows('imports.stillHere', sql`select`)).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
  })
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

function running(name: string): UserFacingError {
  return new UserFacingError(
    `Another run of \`${name}\` is in progress on this database.\nFix: wait until it finishes, or stop it and run this command again; it continues from there.`,
  )
}

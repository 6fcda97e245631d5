import { expect } from 'vitest'
import type { Person, TestService } from './test-service.ts'

/**
 * While `meanwhile` runs, whoever changes something between the two waits. They are held past the
 * service and its deadlines, so however busy the machine is.
 */
export async function holdPair<T>(
  { admin }: Pick<TestService, 'admin'>,
  pair: readonly [Person, Person],
  meanwhile: () => Promise<T>,
): Promise<T> {
  const holder = await admin.connect()
  const ids = pair.map(({ id }) => id).sort()
  try {
    await holder.query('begin')
    await holder.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `pair:${ids.join(':')}`,
    ])
    return await meanwhile()
  } finally {
    await holder.query('rollback')
    holder.release()
  }
}

/** How many wait for a pair in this app's database. */
export async function waitingForPairs({ admin }: Pick<TestService, 'admin'>): Promise<number> {
  const { rowCount } = await admin.query(
    `select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`,
  )
  return rowCount ?? 0
}

/**
 * Resolves when at least so many wait for a pair. A request waits half a second at a time, again
 * and again until its ten seconds are over.
 */
export async function untilWaiting(app: Pick<TestService, 'admin'>, count = 1): Promise<void> {
  const waiting = () => waitingForPairs(app)
  await expect.poll(waiting, { timeout: 9_000, interval: 10 }).toBeGreaterThanOrEqual(count)
}

import type pg from 'pg'

/**
 * Vacuums and analyses every table, as admin, until all rows are known to be visible to all, so
 * that what a test then counts of pages or plans stays the same: where autovacuum comes between two
 * counts, or finds rows visible that this did not, the second reads less.
 *
 * A row is found visible only once its commit is on disk, and all those of transactions near it,
 * and tests commit without waiting for that: so this commits with waiting, and tries again. Without
 * `index_cleanup`, a page with a single dead row would be left out.
 */
export async function vacuum(admin: pg.Pool): Promise<void> {
  const connection = await admin.connect()
  try {
    await connection.query('set synchronous_commit = on')
    for (let time = 0; time < 20; time++) {
      await connection.query('vacuum (analyze, index_cleanup on)')
      const { rowCount } = await connection.query(
        `select from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
            and relallvisible < relpages`,
      )
      if (rowCount === 0) return
    }
    throw new Error('vacuum does not find all rows visible: is an old transaction open?')
  } finally {
    await connection.query('reset synchronous_commit')
    connection.release()
  }
}

import type { Database } from '../../database/database.ts'
import { sql } from '../../database/sql.ts'

/**
 * Says that this worker is there. Workers that nobody has seen for a day are forgotten, but only by
 * a worker, so the last one to run remains known.
 * @param worker an id of this process
 */
export async function recordSeen(database: Database, worker: string): Promise<void> {
  await database.as({ kind: 'worker' }).write((tx) =>
    tx.last(
      tx.rows(
        'workers.seen',
        sql`
          with forgotten as (
            delete from workers where seen_at <= statement_timestamp() - interval '1 day'
          )
          insert into workers as known (id) values (${worker}::uuid)
              on conflict (id) do update set seen_at = excluded.seen_at`,
      ),
    ),
  )
}

import { sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'

/**
 * Inserts those who are not there yet, and says how many. In order, so that two batches cannot wait
 * for each other.
 */
export async function insertUsers(tx: Transaction, ids: readonly UserId[]): Promise<number> {
  const rows = await tx.rows(
    'users.insert',
    sql`
      insert into users (id) select id from unnest(${[...ids].sort()}::uuid[]) as id
          on conflict do nothing
   returning id`,
  )
  return rows.length
}

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

/** Keeps the first message that says of a person that their account is gone. Whether it was. */
export async function insertDeletion(
  tx: Transaction,
  id: UserId,
  eventId: string,
): Promise<boolean> {
  const rows = await tx.rows(
    'users.keepDeletion',
    sql`
      insert into account_deletions (user_id, event_id) values (${id}::uuid, ${eventId})
          on conflict do nothing
   returning 1`,
  )
  return rows.length > 0
}

/** Whether somebody said that the person's account is gone. */
export async function isDeleted(tx: Transaction, id: UserId): Promise<boolean> {
  const rows = await tx.rows(
    'users.isDeleted',
    sql`select 1 from account_deletions where user_id = ${id}::uuid`,
  )
  return rows.length > 0
}

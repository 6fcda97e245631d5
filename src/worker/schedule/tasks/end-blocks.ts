import type { Database } from '../../../database/database.ts'
import { sql, type Transaction } from '../../../database/sql.ts'
import { recordBlockChanges } from '../../../events/outbox.ts'
import type { UserId } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'
import { tryLockPairs } from '../../../pairs/lock.ts'
import type { Task } from '../task.ts'

interface EndedBlock {
  readonly blocker: UserId
  readonly blocked: UserId
}

/**
 * Rule 8.4: a block that has run out counts for nothing from that moment on. This removes it, and
 * lets services hear that it has ended. A pair that somebody changes in this moment is left to the
 * next run.
 */
export const endBlocks: Task = {
  name: 'end-blocks',
  description: 'Remove blocks that have run out, and tell services.',
  batch: async (tx, moment) => {
    const { pairsAtOnce } = limits.tasks
    const due = await tx.rows<EndedBlock>(
      'endBlocks.due',
      sql`
        select blocker_user_id as blocker, blocked_user_id as blocked
          from user_blocks
         where expires_at <= ${moment}::timestamptz
         order by expires_at
         limit ${pairsAtOnce}`,
    )
    if (due.length === 0) return { rows: 0, next: null }
    const isHeld = await tryLockPairs(
      tx,
      due.map(({ blocker, blocked }) => [blocker, blocked]),
    )
    const ended = await deleteEnded(
      tx,
      moment,
      due.filter(({ blocker, blocked }) => !isHeld(blocker, blocked)),
    )
    await recordBlockChanges(tx, ended)
    const isLast = due.length < pairsAtOnce || ended.length === 0
    return { rows: ended.length, next: isLast ? null : 'oldest' }
  },
}

/** Whether a block has run out that is still there. */
export async function hasEndedBlocks(database: Database): Promise<boolean> {
  const session = database.as({ kind: 'worker' })
  try {
    const rows = await session.read.rows(
      'endBlocks.any',
      sql`select 1 from user_blocks where expires_at <= statement_timestamp() limit 1`,
    )
    return rows.length > 0
  } finally {
    await session.finish()
  }
}

/** Those of the blocks that still have run out, now that their pairs are held. */
function deleteEnded(
  tx: Transaction,
  moment: Date,
  free: readonly EndedBlock[],
): Promise<EndedBlock[]> {
  return tx.rows<EndedBlock>(
    'endBlocks.delete',
    sql`
      delete from user_blocks as block
       using unnest(${free.map(({ blocker }) => blocker)}::uuid[], ${free.map(({ blocked }) => blocked)}::uuid[])
             as due (blocker, blocked)
       where block.blocker_user_id = due.blocker and block.blocked_user_id = due.blocked
         and block.expires_at <= ${moment}::timestamptz
   returning due.blocker, due.blocked`,
  )
}

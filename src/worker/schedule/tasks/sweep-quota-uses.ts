import { sql } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { hoursBefore, type Task } from '../task.ts'

/**
 * A person's old uses go with their next one of the same quota; this removes those of people who
 * never come back. Both remove them oldest first, so neither waits for the other in a circle.
 */
export const sweepQuotaUses: Task = {
  name: 'sweep-quota-uses',
  description: `Remove uses of quotas after ${limits.tasks.keptHours.quotaUses} hours.`,
  batch: async (tx, moment, position) => {
    const { rowsAtOnce, keptHours } = limits.tasks
    // Ids rise with time, so the key finds the oldest uses without an index for their time.
    const [swept] = await tx.rows<{ rows: number; last: string | null; old: number }>(
      'sweepQuotaUses.sweep',
      sql`
          with head as materialized (
        select id, used_at from quota_uses
         where id > ${position ?? '0'}::bigint
         order by id
         limit ${rowsAtOnce}
               ), old as materialized (
        select id from head where used_at <= ${hoursBefore(moment, keptHours.quotaUses)}::timestamptz
               ), gone as (
        delete from quota_uses where id = any (array(select id from old order by id))
     returning 1
               )
        select (select count(*)::int from gone) as rows, (select max(id)::text from head) as last,
               (select count(*)::int from old) as old`,
    )
    const { rows = 0, last = null, old = 0 } = swept ?? {}
    return { rows, next: old < rowsAtOnce ? null : last }
  },
}

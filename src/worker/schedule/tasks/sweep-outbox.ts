import { sql } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { daysBefore, type Task } from '../task.ts'

/**
 * Events are kept for a while after they were dispatched, so that they can be replayed, and longer
 * while an endpoint still waits for one that is not disabled. Their deliveries go with them.
 */
export const sweepOutbox: Task = {
  name: 'sweep-outbox',
  description: `Remove events ${limits.tasks.keptDays.events} days after they were dispatched, unless a delivery to an enabled endpoint is pending.`,
  batch: async (tx, moment, position) => {
    const { rowsAtOnce, keptDays } = limits.tasks
    // Numbers rise with time, so an index finds the oldest events without one for their time.
    const [swept] = await tx.rows<{ rows: number; last: string | null; old: number }>(
      'sweepOutbox.sweep',
      sql`
          with head as materialized (
        select id, dispatch_number, dispatched_at from outbox
         where dispatch_number > ${position ?? '0'}::bigint
         order by dispatch_number
         limit ${rowsAtOnce}
               ), old as materialized (
        select id, dispatch_number from head
         where dispatched_at <= ${daysBefore(moment, keptDays.events)}::timestamptz
               ), gone as (
        delete from outbox
         where id = any (array(
               select id from old
                where not exists (
                      select from webhook_deliveries as delivery
                        join webhook_endpoints as endpoint on endpoint.id = delivery.endpoint_id
                       where delivery.event_id = old.id
                         and delivery.state = 'pending' and endpoint.state = 'enabled')))
     returning 1
               )
        select (select count(*)::int from gone) as rows, (select max(dispatch_number)::text from old) as last,
               (select count(*)::int from old) as old`,
    )
    const { rows = 0, last = null, old = 0 } = swept ?? {}
    return { rows, next: old < rowsAtOnce ? null : last }
  },
}

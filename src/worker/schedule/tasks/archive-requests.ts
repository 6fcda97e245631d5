import { sql } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { daysBefore, type Task } from '../task.ts'

/**
 * Rule 6.10. What decides is when a request was sent, not how it ended: if declined requests went
 * at another time than expired ones, their requester could tell them apart. How often somebody was
 * declined is counted elsewhere and stays. Nobody changes a request that is over, so no pair's lock
 * is needed.
 */
export const archiveRequests: Task = {
  name: 'archive-requests',
  description: `Move friend requests that were declined, canceled or expired to the archive, ${limits.tasks.keptDays.requests} days after they were sent.`,
  batch: async (tx, moment) => {
    const { rowsAtOnce, keptDays } = limits.tasks
    const moved = await tx.rows(
      'archiveRequests.move',
      sql`
          with old as materialized (
        select id from user_friend_requests
         where status in ('rejected', 'canceled', 'expired')
           and created_at <= ${daysBefore(moment, keptDays.requests)}::timestamptz
           and expires_at <= ${moment}::timestamptz
         order by created_at, id
         limit ${rowsAtOnce}
               ), gone as (
        delete from user_friend_requests where id = any (array(select id from old))
     returning id, requester_user_id, target_user_id, friendship_level, status, quiet, created_at, responded_at, expires_at
               )
        insert into friend_requests_archive
               (id, requester_user_id, target_user_id, friendship_level, status, quiet, created_at, responded_at, expires_at)
        select * from gone
     returning 1`,
    )
    return { rows: moved.length, next: moved.length < rowsAtOnce ? null : 'oldest' }
  },
}

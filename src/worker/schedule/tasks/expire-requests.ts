import { sql } from '../../../database/sql.ts'
import type { UserId } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'
import { tryLockPairs } from '../../../pairs/lock.ts'
import type { Task } from '../task.ts'

interface DueRequest {
  readonly id: string
  readonly requester: UserId
  readonly target: UserId
}

/**
 * Rule 6.1: requests expire by the clock, so this changes nothing that anybody sees. A pair that
 * somebody changes in this moment is left to the next run.
 */
export const expireRequests: Task = {
  name: 'expire-requests',
  description: 'Mark friend requests that were not answered in time as expired.',
  batch: async (tx, moment) => {
    const due = await tx.rows<DueRequest>(
      'expireRequests.due',
      sql`
        select id, requester_user_id as requester, target_user_id as target
          from user_friend_requests
         where status = 'pending' and expires_at <= ${moment}::timestamptz
         order by expires_at, id
         limit ${limits.tasks.pairsAtOnce}`,
    )
    if (due.length === 0) return { rows: 0, next: null }
    const isHeld = await tryLockPairs(
      tx,
      due.map(({ requester, target }) => [requester, target]),
    )
    const free = due.filter(({ requester, target }) => !isHeld(requester, target))
    const expired = await tx.rows(
      'expireRequests.expire',
      sql`
        update user_friend_requests set status = 'expired'
         where id = any (${free.map(({ id }) => id)}::uuid[])
           and status = 'pending' and expires_at <= ${moment}::timestamptz
     returning 1`,
    )
    const isLast = due.length < limits.tasks.pairsAtOnce || expired.length === 0
    return { rows: expired.length, next: isLast ? null : 'oldest' }
  },
}

import { sql } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { hoursBefore, type Task } from '../task.ts'

/**
 * Goes through all buckets: an index on the time of their last call would be written with every
 * call. A bucket in which somebody counts meanwhile is looked at again by the delete, and stays.
 */
export const sweepRateLimits: Task = {
  name: 'sweep-rate-limits',
  description: `Remove counters of rate limits that were not used for ${limits.tasks.keptHours.rateLimits} hour.`,
  batch: async (tx, moment, position) => {
    const { rowsAtOnce, keptHours } = limits.tasks
    const [swept] = await tx.rows<{ rows: number; last: string | null; looked: number }>(
      'sweepRateLimits.sweep',
      sql`
          with page as materialized (
        select bucket from rate_limit_buckets
         where bucket > ${position ?? ''}
         order by bucket
         limit ${rowsAtOnce}
               ), gone as (
        delete from rate_limit_buckets
         where bucket = any (array(select bucket from page))
           and coalesce(hits[cardinality(hits)] <= ${hoursBefore(moment, keptHours.rateLimits)}::timestamptz, true)
     returning 1
               )
        select (select count(*)::int from gone) as rows, (select max(bucket) from page) as last,
               (select count(*)::int from page) as looked`,
    )
    const { rows = 0, last = null, looked = 0 } = swept ?? {}
    return { rows, next: looked < rowsAtOnce ? null : last }
  },
}

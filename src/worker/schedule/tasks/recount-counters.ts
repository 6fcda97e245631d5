import { sql } from '../../../database/sql.ts'
import { nobody } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'
import type { Task } from '../task.ts'

/**
 * Rule 5.3 shows the stored counters of people with many follows. Triggers keep them, so nothing
 * should ever be wrong here; how much was is a metric.
 */
export const recountCounters: Task = {
  name: 'recount-counters',
  description: 'Compare the counters of followers with the follows, and correct those that differ.',
  batch: async (tx, _moment, position) => {
    const [recounted] = await tx.rows<{ rows: number; last: string | null }>(
      'recountCounters.recount',
      sql`
        select corrected as rows, last_id as last
          from recount_follows(${position ?? nobody}::uuid, ${limits.tasks.peopleAtOnce})`,
    )
    return { rows: recounted?.rows ?? 0, next: recounted?.last ?? null }
  },
}

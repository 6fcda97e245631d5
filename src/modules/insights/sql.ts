import { type Queryable, sql } from '../../database/sql.ts'
import type { Days } from './figure.ts'
import type { Measure, Sums } from './measure.ts'

/** What was counted of some days that belong together: one day, or as many as have 10 people. */
export interface Rollup extends Days {
  readonly measure: Measure
  readonly sums: Sums
}

/** What was rolled up of the days of a period, in their order. */
export function selectRollups(from: Queryable, period: Days): Promise<Rollup[]> {
  return from.rows(
    'insights.rollups',
    sql`
      select 'activePeople' as measure, (day::timestamp at time zone 'UTC') as from,
             (day + 1)::timestamp at time zone 'UTC' as to,
             json_build_object('days', 1, 'active', active, 'squares', active * active) as sums
        from (select day, count(*) as active from activity_days
               where day >= (${period.from}::timestamptz at time zone 'UTC')::date
                 and day < (${period.to}::timestamptz at time zone 'UTC')::date
               group by day having count(*) >= 10) as counted
       order by day`,
  )
}

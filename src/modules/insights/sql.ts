import { type Queryable, sql } from '../../database/sql.ts'
import type { Days } from './figure.ts'
import type { Measure, Sums } from './measure.ts'

/** What was counted of some days that belong together: one day, or as many as have 10 people. */
export interface Rollup extends Days {
  readonly measure: Measure
  readonly sums: Sums
}

/**
 * What was rolled up of the days of a period, each measure in the order of time. Days that belong
 * together are in it as a whole or not at all.
 */
export function selectRollups(from: Queryable, period: Days): Promise<Rollup[]> {
  return from.rows<Rollup>(
    'insights.rollups',
    sql`
      select measure, ${midnight(sql`first_day`)} as "from", ${midnight(sql`last_day + 1`)} as "to", sums
        from insight_rollups
       where first_day >= ${dayOf(period.from)} and last_day < ${dayOf(period.to)}
       order by measure, first_day`,
  )
}

/**
 * What a measure counts of some days, out of the tables, as if it was rolled up now; null when they
 * have fewer than 10 people.
 */
export async function computeSums(
  from: Queryable,
  measure: Measure,
  days: Days,
): Promise<Sums | null> {
  const [counted] = await from.rows<{ sums: Sums }>(
    'insights.compute',
    sql`select sums from insight_of(${measure}, ${dayOf(days.from)}, ${dayOf(days.to)} - 1)`,
  )
  return counted?.sums ?? null
}

const midnight = (day: ReturnType<typeof sql>) => sql`(${day})::timestamp at time zone 'UTC'`

const dayOf = (moment: Date) => sql`(${moment}::timestamptz at time zone 'UTC')::date`

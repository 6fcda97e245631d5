import { sql, type Transaction } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { type Measure, measureNames, measures } from '../../../modules/insights/measure.ts'
import { daysBefore, type Task } from '../task.ts'

/**
 * Rule 14. Each measure is counted day by day, when everything that is asked of a day is over. A
 * day with fewer than 10 people is counted together with the days after it, until there are 10. The
 * latest days are counted anew each time, because services tell of some things late; those before
 * them stay as they are, whatever is erased.
 */
export const rollUpInsights: Task = {
  name: 'roll-up-insights',
  description: `Count insights of each day that is complete, and of the ${limits.insights.settleDays} days before it anew.`,
  batch: async (tx, moment, position) => {
    const [name, day] = position?.split(' ') ?? []
    // Another version of the worker may have stopped at a measure that is no more.
    const place = Math.max(0, measureNames.indexOf(name as Measure))
    const measure = measureNames[place] ?? 'activePeople'
    const end = lastDayOf(measure, moment)
    let rows = 0
    let first = measure === name && day !== undefined ? day : await beginAnew(tx, measure, end)
    let ends = first === null ? [] : await lastDays(tx, measure, first, end)
    while (first !== null && first <= end && rows < limits.insights.atOnce) {
      const last = await countFrom(tx, measure, first, ends)
      if (last === null) break
      rows++
      first = dayAfter(last, 1)
      ends = ends.filter((day) => day > last)
    }
    const isOver = rows < limits.insights.atOnce
    return { rows, next: isOver ? (measureNames[place + 1] ?? null) : `${measure} ${first}` }
  },
}

/** The last day that a measure can count: what is asked of it is over. */
function lastDayOf(measure: Measure, moment: Date): string {
  return daysBefore(moment, measures[measure].waitDays + 1)
    .toISOString()
    .slice(0, 10)
}

/**
 * Forgets what was counted of the latest days, and gives the first day that is to be counted; null:
 * there is none.
 */
async function beginAnew(tx: Transaction, measure: Measure, end: string): Promise<string | null> {
  const { settleDays, keptDays } = limits.insights
  const other = daysOf(measure)
  const earliest = sql`${end}::date - ${keptDays}::int`
  const [begun] = await tx.rows<{ first: string | null }>(
    'insights.begin',
    sql`
        with settled as (select (${end}::date - ${settleDays}::int) as day), forgotten as (
      delete from insight_rollups
       where measure = ${measure} and last_day > (select day from settled)
             )
      select coalesce((select max(last_day) + 1 from insight_rollups
                        where measure = ${measure} and last_day <= (select day from settled)),
                      ${
                        other === null
                          ? sql`greatest(insights_begin(), ${earliest})`
                          : sql`(select min(first_day) from insight_rollups
                                  where measure = ${other} and first_day >= ${earliest})`
                      })::text as first`,
  )
  return begun?.first ?? null
}

/** The days, in order, with which a group that begins on the first can end. */
async function lastDays(
  tx: Transaction,
  measure: Measure,
  first: string,
  end: string,
): Promise<readonly string[]> {
  const other = daysOf(measure)
  const rows = await tx.rows<{ day: string }>(
    'insights.days',
    other === null
      ? sql`select (${first}::date + n)::text as day
              from generate_series(0, ${end}::date - ${first}::date) as n order by n`
      : sql`select last_day::text as day from insight_rollups
             where measure = ${other} and first_day >= ${first}::date and last_day <= ${end}::date
             order by last_day`,
  )
  return rows.map(({ day }) => day)
}

function daysOf(measure: Measure): Measure | null {
  const one = measures[measure]
  return 'daysOf' in one ? one.daysOf : null
}

/**
 * Counts the days from the first until they have 10 people, and gives the last of them, one of
 * `lastDays`; null when none of these is late enough. Looks at twice as many each time, and then
 * between: so it never looks at many more than are needed.
 */
async function countFrom(
  tx: Transaction,
  measure: Measure,
  first: string,
  lastDays: readonly string[],
): Promise<string | null> {
  const [soonest] = lastDays
  if (soonest === undefined) return null
  if (await rollUp(tx, measure, first, soonest)) return soonest
  const dayAt = (place: number) => lastDays[place] ?? soonest
  const most = lastDays.length - 1
  let tooFew = 0
  let place = Math.min(1, most)
  while (place > tooFew && !(await hasPeople(tx, measure, first, dayAt(place)))) {
    tooFew = place
    place = Math.min(place * 2 + 1, most)
  }
  if (place === tooFew) return null
  while (place - tooFew > 1) {
    const middle = Math.floor((tooFew + place) / 2)
    if (await hasPeople(tx, measure, first, dayAt(middle))) place = middle
    else tooFew = middle
  }
  await rollUp(tx, measure, first, dayAt(place))
  return dayAt(place)
}

/** Keeps what was counted of these days; false when they have fewer than 10 people. */
async function rollUp(
  tx: Transaction,
  measure: Measure,
  first: string,
  last: string,
): Promise<boolean> {
  const kept = await tx.rows(
    'insights.rollUp',
    sql`
      insert into insight_rollups (measure, first_day, last_day, people, sums)
      select ${measure}, ${first}::date, ${last}::date, people, sums - 'median'
        from insight_of(${measure}, ${first}::date, ${last}::date)
   returning 1`,
  )
  return kept.length > 0
}

async function hasPeople(
  tx: Transaction,
  measure: Measure,
  first: string,
  last: string,
): Promise<boolean> {
  const rows = await tx.rows(
    'insights.people',
    sql`select 1 from insight_of(${measure}, ${first}::date, ${last}::date)`,
  )
  return rows.length > 0
}

function dayAfter(day: string, days: number): string {
  return daysBefore(new Date(`${day}T00:00:00Z`), -days)
    .toISOString()
    .slice(0, 10)
}

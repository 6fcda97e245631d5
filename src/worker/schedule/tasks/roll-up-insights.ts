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
    while (first !== null && first <= end && rows < limits.insights.atOnce) {
      const last = await countFrom(tx, measure, first, end)
      if (last === null) break
      rows++
      first = dayAfter(last, 1)
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
  const [begun] = await tx.rows<{ first: string | null }>(
    'insights.begin',
    sql`
        with settled as (select (${end}::date - ${settleDays}::int) as day), forgotten as (
      delete from insight_rollups
       where measure = ${measure} and last_day > (select day from settled)
             )
      select coalesce((select max(last_day) + 1 from insight_rollups
                        where measure = ${measure} and last_day <= (select day from settled)),
                      greatest(insights_begin(), ${end}::date - ${keptDays}::int))::text as first`,
  )
  return begun?.first ?? null
}

/**
 * Counts the days from the first until they have 10 people, and gives the last of them; null when
 * there are fewer people until the end. Looks at twice as many days each time, and then between: so
 * it never looks at many more than are needed.
 */
async function countFrom(
  tx: Transaction,
  measure: Measure,
  first: string,
  end: string,
): Promise<string | null> {
  if (await rollUp(tx, measure, first, first)) return first
  const most = daysBetween(first, end) + 1
  let tooFew = 1
  let days = Math.min(2, most)
  while (days > tooFew && !(await hasPeople(tx, measure, first, days))) {
    tooFew = days
    days = Math.min(days * 2, most)
  }
  if (days === tooFew) return null
  while (days - tooFew > 1) {
    const middle = Math.floor((tooFew + days) / 2)
    if (await hasPeople(tx, measure, first, middle)) days = middle
    else tooFew = middle
  }
  const last = dayAfter(first, days - 1)
  await rollUp(tx, measure, first, last)
  return last
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
  days: number,
): Promise<boolean> {
  const rows = await tx.rows(
    'insights.people',
    sql`select 1 from insight_of(${measure}, ${first}::date, ${first}::date + ${days - 1}::int)`,
  )
  return rows.length > 0
}

function dayAfter(day: string, days: number): string {
  return daysBefore(new Date(`${day}T00:00:00Z`), -days)
    .toISOString()
    .slice(0, 10)
}

function daysBetween(day: string, later: string): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${day}T00:00:00Z`)) / 86_400_000
}

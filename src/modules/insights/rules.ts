import { isInCalendar, notInCalendar } from '../../graphql/calendar.ts'
import { badUserInput } from '../../graphql/errors.ts'
import { limits } from '../../limits.ts'
import type { Days, Insights } from './figure.ts'

const dayMs = 86_400_000

/**
 * A period of insights: whole days in UTC, at least one. Whoever could ask for a part of a day
 * could learn, by two questions, what a single person did in it.
 * @throws BAD_USER_INPUT that names the argument and its bound
 */
export function parsePeriod(from: Date, to: Date): Days {
  for (const [name, moment] of [['from', from] as const, ['to', to] as const]) {
    if (!isInCalendar(moment)) throw badUserInput(`\`${name}\` ${notInCalendar}`)
    if (moment.getTime() % dayMs !== 0)
      throw badUserInput(`\`${name}\` must be a midnight in UTC (got ${moment.toISOString()}).`)
  }
  const days = daysOf({ from, to })
  const { mostDays } = limits.insights
  if (days < 1)
    throw badUserInput(
      `\`to\` must be at least one day after \`from\`, ${from.toISOString()} (got ${to.toISOString()}).`,
    )
  if (days > mostDays)
    throw badUserInput(`\`to\` may be at most ${mostDays} days after \`from\` (got ${days}).`)
  return { from, to }
}

/** Which spans the points of a period are of. */
export function stepOf(period: Days): Insights['step'] {
  const { mostDailyPoints, mostWeeklyPoints } = limits.insights
  const days = daysOf(period)
  if (days <= mostDailyPoints) return 'DAY'
  return days <= mostWeeklyPoints * 7 ? 'WEEK' : 'MONTH'
}

/** The spans of a period, without gaps; weeks begin on Monday. The ends of the period cut them. */
export function spansOf({ from, to }: Days, step: Insights['step']): Days[] {
  const spans: Days[] = []
  for (let begin = from; begin < to;) {
    const end = endOfSpan(begin, step)
    spans.push({ from: begin, to: end < to ? end : to })
    begin = end
  }
  return spans
}

function endOfSpan(day: Date, step: Insights['step']): Date {
  if (step === 'MONTH') {
    const end = new Date(day)
    // `Date.UTC` takes the years 1 to 99 for those after 1900.
    end.setUTCMonth(day.getUTCMonth() + 1, 1)
    return end
  }
  const days = step === 'DAY' ? 1 : 7 - ((day.getUTCDay() + 6) % 7)
  return new Date(day.getTime() + days * dayMs)
}

function daysOf({ from, to }: Days): number {
  return (to.getTime() - from.getTime()) / dayMs
}

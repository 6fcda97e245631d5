import { badUserInput } from '../../graphql/errors.ts'

/** From the first moment of a day up to the first moment of another, in UTC. */
export interface Period {
  readonly from: Date
  readonly to: Date
}

/** The spans that the page offers, in days. */
export const offeredDays = [30, 90, 365] as const

/** Long enough for what takes three months to be known. */
const standardDays = 365

/** The query of an address. */
export type PeriodQuery = Readonly<Record<string, unknown>>

/**
 * The period that an address asks for: `from` and `to` as in `socialInsights`, or the last `days`.
 * Of two ends, a missing `to` is today; without any, the period is the last 365 days.
 * @throws BAD_USER_INPUT that names the parameter
 */
export function readPeriod(query: PeriodQuery, now: Date): Period {
  const today = startOfDay(now)
  if (query['from'] === undefined && query['to'] === undefined)
    return endingAt(today, readDays(query['days']))
  if (query['days'] !== undefined)
    throw badUserInput('`days` cannot be combined with `from` and `to`.')
  const to = query['to'] === undefined ? today : readDay('to', query['to'])
  if (query['from'] === undefined) return endingAt(to, standardDays)
  return { from: readDay('from', query['from']), to }
}

/** A day as addresses name it: `2026-11-28`. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** How many days a period has. */
export const lengthInDays = ({ from, to }: Period): number =>
  Math.round((to.getTime() - from.getTime()) / dayMs)

/** Some days later, or earlier. */
export const addDays = (day: Date, days: number): Date => new Date(day.getTime() + days * dayMs)

const dayMs = 86_400_000

const startOfDay = (moment: Date) => new Date(Math.floor(moment.getTime() / dayMs) * dayMs)

const endingAt = (to: Date, days: number): Period => ({ from: addDays(to, -days), to })

function readDays(text: unknown): number {
  if (text === undefined) return standardDays
  const days = offeredDays.find((each) => String(each) === text)
  if (days === undefined) throw badUserInput(`\`days\` must be one of ${offeredDays.join(', ')}.`)
  return days
}

/** A day, or the moment that begins it, as GraphQL's `DateTime` writes it. */
const form = /^(\d{4}-\d\d-\d\d)(T00:00(:00(\.0{1,3})?)?Z)?$/

function readDay(name: 'from' | 'to', text: unknown): Date {
  const day = typeof text === 'string' ? form.exec(text)?.[1] : undefined
  const moment = new Date(`${day ?? ''}T00:00:00Z`)
  // A day that no month has, such as 30 February, is read as one of the next month.
  if (Number.isNaN(moment.getTime()) || dayOf(moment) !== day)
    throw badUserInput(`\`${name}\` must be a day, such as 2026-11-28.`)
  return moment
}

import { InvalidArgumentError } from 'commander'
import { isInCalendar } from '../../graphql/calendar.ts'

const milliseconds: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A date with a time and its zone, as in `2026-11-28T09:30:00Z`, or a date alone, in UTC. */
const dateForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/

/** Reads a moment: a date of ISO 8601, or how long ago it was, as in `90m` or `2d`. */
export function momentFrom(text: string): Date {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const at =
    amount === undefined ? dateOf(text) : Date.now() - Number(amount) * (milliseconds[unit] ?? 0)
  const moment = new Date(at)
  // No database has a time before the year 1.
  if (isInCalendar(moment)) return moment
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-28T09:30:00Z, or how long ago: 30s, 90m, 2h or 7d.',
  )
}

/** NaN for what is no date, also for a day that its month does not have: Node takes a later one. */
function dateOf(text: string): number {
  if (!dateForm.test(text)) return NaN
  const [day = ''] = text.split('T')
  const midnight = new Date(`${day}T00:00:00Z`)
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
  return isDay ? Date.parse(text) : NaN
}

/** A moment as it is printed: `2026-11-28 09:30:00Z`. */
export function inShort(moment: Date): string {
  return moment
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}

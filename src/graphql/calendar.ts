const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * Whether a moment lies between the years 1 and 9999 in UTC: the only ones that are stored and
 * shown (rule 0.8).
 */
export function isInCalendar(moment: Date): boolean {
  const time = moment.getTime()
  return time >= first && time <= last
}

/** Whether a text is a moment of the calendar exactly as `toISOString` writes it. */
export function isCanonicalMoment(text: string): boolean {
  const moment = new Date(text)
  return isInCalendar(moment) && moment.toISOString() === text
}

/**
 * What is wrong with a moment that does not lie in the calendar, to stand behind the name of the
 * argument.
 */
export const notInCalendar = 'must lie in the years 1 to 9999 (UTC).'

/** The same for a moment that should be still to come. */
export function notInFuture(moment: Date | null): string {
  return `must be in the future (got ${moment?.toISOString() ?? 'null'}).`
}

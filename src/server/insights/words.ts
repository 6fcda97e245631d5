import type { Figure } from '../../modules/insights/figure.ts'

type Measured = Pick<Figure, 'name' | 'unit'>

/** What stands in place of a value that is not shown. */
export const noValue = '–'

/**
 * A value of a figure with its unit, as a sentence would say it: `46.2%`, `3 hours 12 minutes`,
 * `12.4 per 1,000`. Comparisons have a sign: `+23%`.
 */
export function inWords(figure: Measured, value: number): string {
  switch (figure.unit) {
    case 'SHARE':
      return percent(figure, value)
    case 'SECONDS':
      return duration(value, longUnits)
    case 'PER_THOUSAND':
      return `${decimal(value)} per 1,000`
    case 'PEOPLE':
      return `${decimal(value)} ${value === 1 ? 'person' : 'people'}`
  }
}

/** The same where there is little room, such as in a table; `noValue` for null. */
export function inShort(figure: Measured, value: number | null): string {
  if (value === null) return noValue
  switch (figure.unit) {
    case 'SHARE':
      return percent(figure, value)
    case 'SECONDS':
      return duration(value, shortUnits)
    case 'PER_THOUSAND':
    case 'PEOPLE':
      return decimal(value)
  }
}

/** An interval with its unit: `between 2.5 and 2.9 per 1,000`. */
export function intervalInWords(figure: Measured, low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'no interval' : `at most ${inWords(figure, high)}`
  if (high === null) return `at least ${inWords(figure, low)}`
  const hasUnitBehind = figure.unit === 'PER_THOUSAND' || figure.unit === 'PEOPLE'
  const first = hasUnitBehind ? inShort(figure, low) : inWords(figure, low)
  return `between ${first} and ${inWords(figure, high)}`
}

/** A whole number with its thousands apart. */
export const count = (value: number): string => numbers.format(value)

/** A day in UTC: `3 October 2026`. */
export const dayInWords = (day: Date): string => days.format(day)

/** Days from the first to the last, which is one of them: `1 to 30 November 2026`. */
export const daysInWords = (first: Date, last: Date): string =>
  days.formatRange(first, last).replace(/\s*–\s*/, ' to ')

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** Comparisons of two groups: how much more, or less, one has than the other. */
const isLift = ({ name }: Measured) => name.endsWith('Lift')

const percent = (figure: Measured, value: number) =>
  (isLift(figure) ? differences : shares).format(value)

/** Three digits that mean something, and never fewer than the whole number has. */
function decimal(value: number): string {
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2
  return decimals[places].format(value)
}

// Made once: a page has thousands of numbers.
const format = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat('en', options)
const inPercent = { style: 'percent', maximumFractionDigits: 1 } as const
const shares = format(inPercent)
const differences = format({ ...inPercent, signDisplay: 'exceptZero' })
const numbers = format({})
const decimals = [
  format({ maximumFractionDigits: 0 }),
  format({ maximumFractionDigits: 1 }),
  format({ maximumFractionDigits: 2 }),
] as const

type Units = readonly (readonly [seconds: number, one: string, many: string])[]

const longUnits: Units = [
  [86_400, ' day', ' days'],
  [3_600, ' hour', ' hours'],
  [60, ' minute', ' minutes'],
  [1, ' second', ' seconds'],
]

const shortUnits: Units = [
  [86_400, ' d', ' d'],
  [3_600, ' h', ' h'],
  [60, ' min', ' min'],
  [1, ' s', ' s'],
]

/** In the largest unit that fits and, where it is not zero, the one below. */
function duration(seconds: number, units: Units): string {
  const fitting = units.findIndex(([size]) => Math.round(seconds) >= size)
  const place = fitting === -1 ? units.length - 1 : fitting
  const used = units.slice(place, place + 2)
  const smallest = used.at(-1)?.[0] ?? 1
  let rest = Math.round(seconds / smallest) * smallest
  const parts = used.flatMap(([size, one, many]) => {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    return amount === 0 ? [] : [`${amount}${amount === 1 ? one : many}`]
  })
  return parts.join(' ') || `0${units.at(-1)?.[2] ?? ''}`
}

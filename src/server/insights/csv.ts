import type { Figure, FigurePoint, Insights } from '../../modules/insights/figure.ts'
import { dayOf } from './period.ts'
import { spanOf } from './points-table.ts'

const columns = [
  'figure',
  'title',
  'unit',
  'span',
  'from',
  'to',
  'n',
  'of',
  'value',
  'low',
  'high',
  'method',
  'target',
] as const

type Cell = string | number | null

/**
 * Figures as CSV (RFC 4180): for each one a row of the whole period, whose `span` is `period`, and
 * one of each point. `to` is not part of the span. Values are the numbers that GraphQL answers
 * with; an empty one is null there.
 */
export function insightsCsv(insights: Insights, figures: readonly Figure[]): string {
  const rows = figures.flatMap((figure) => rowsOf(figure, insights))
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function rowsOf(figure: Figure, insights: Insights): readonly (readonly Cell[])[] {
  const { name, title, unit, of, method, target, points } = figure
  const span = spanOf(insights)
  const end = dayOf(insights.to)
  const row = (which: string, from: string, to: string, one: Omit<FigurePoint, 'day'>) => [
    ...[name, title, unit, which, from, to],
    ...[one.n, of, one.value, one.low, one.high, method, target],
  ]
  return [
    row('period', dayOf(insights.from), end, figure),
    ...points.map((point, place) => row(span, point.day, points[place + 1]?.day ?? end, point)),
  ]
}

/**
 * A text that begins like a formula is one for spreadsheets, so it begins with an apostrophe
 * instead. Numbers are numbers, also below zero.
 */
function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

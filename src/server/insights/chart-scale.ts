import type { Figure } from '../../modules/insights/figure.ts'
import { inShort } from './words.ts'

/** How the values of a figure are laid out on the upright axis of its chart. */
export interface ChartScale {
  /** What values are divided by before they are drawn: seconds are shown in hours, for example. */
  readonly divisor: number
  /** From the lowest to the highest, divided. Zero is always in it. */
  readonly domain: readonly [number, number]
  /** What is above is drawn here, before the division. */
  readonly most: number
  /** Names a divided value beside the axis. */
  readonly tick: (value: number) => string
}

/**
 * Intervals of few people reach far: beyond this many times the highest value they would only make
 * the line flat, so the band is cut off there.
 */
const highestBand = 2.5

/** The scale that shows all values of a figure, its target, and most of its intervals. */
export function scaleOf(figure: Figure): ChartScale {
  const { points, target, unit } = figure
  const known = (values: readonly (number | null)[]) => values.filter((each) => each !== null)
  const values = known([...points.map(({ value }) => value), target])
  const highest = Math.max(0, ...values)
  const lowest = Math.min(0, ...values)
  const reach = highestBand * Math.max(highest, -lowest)
  const band = known(points.flatMap(({ low, high }) => [low, high]))
  const most = Math.min(Math.max(highest, ...band), reach) || 1
  const least = Math.max(Math.min(lowest, ...band), -reach)
  const [divisor, name] = unit === 'SECONDS' ? timeUnit(most) : [1, null]
  return {
    divisor,
    domain: [least / divisor, most / divisor],
    most,
    tick: (value) =>
      name === null ? inShort(figure, value) : `${value.toLocaleString('en')} ${name}`,
  }
}

/** The largest unit of time in which the axis has whole numbers. */
function timeUnit(most: number): readonly [seconds: number, name: string] {
  return timeUnits.find(([seconds]) => most >= 2 * seconds) ?? [1, 's']
}

const timeUnits = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

import type { Estimate, FigureDefinition } from './figure.ts'
import type { Bounds } from './intervals.ts'
import type { Measure, Sums, SumsOf } from './measure.ts'

/** A figure, and how it comes out of the sums of its measure. */
export interface DefinedFigure {
  readonly about: FigureDefinition
  readonly measure: Measure
  readonly estimate: (sums: Sums) => Estimate
}

/** What a figure is while it may not or cannot be told. */
export const untold: Estimate = { value: null, n: null, low: null, high: null }

/**
 * A figure of a measure.
 * @param estimate gives it out of sums that are not of nothing
 */
export function define<Name extends Measure>(
  measure: Name,
  about: FigureDefinition,
  estimate: (sums: SumsOf<Name>) => Estimate,
): DefinedFigure {
  return { about, measure, estimate: (sums) => estimate(sums as SumsOf<Name>) }
}

/** An estimate of so many; untold where there is none. */
export function told(n: number, bounds: Bounds | null): Estimate {
  return bounds === null ? untold : { n, ...bounds }
}

/** The same, so many times as large. */
export function times(factor: number, bounds: Bounds | null): Bounds | null {
  if (bounds === null) return null
  const { value, low, high } = bounds
  const scaled = (bound: number | null) => (bound === null ? null : bound * factor)
  return { value: value * factor, low: scaled(low), high: scaled(high) }
}

import type { Estimate, FigureDefinition } from './figure.ts'
import type { Bounds } from './intervals.ts'
import type { Measure, Sums, SumsOf } from './measure.ts'

/** A figure, and how it comes out of the sums of its measures. */
export interface DefinedFigure {
  readonly about: FigureDefinition
  readonly measures: readonly Measure[]
  /** Of the sums of each measure, in that order; none is of nothing. */
  readonly estimate: (sums: readonly Sums[]) => Estimate
}

/** What a figure is while it may not or cannot be told. */
export const untold: Estimate = { value: null, n: null, low: null, high: null }

/** A figure of one measure. */
export function define<Name extends Measure>(
  measure: Name,
  about: FigureDefinition,
  estimate: (sums: SumsOf<Name>) => Estimate,
): DefinedFigure {
  return {
    about,
    measures: [measure],
    estimate: ([sums]) => estimate(sums as unknown as SumsOf<Name>),
  }
}

/** A figure that compares two measures. */
export function compare<Name extends Measure, Other extends Measure>(
  names: readonly [Name, Other],
  about: FigureDefinition,
  estimate: (sums: SumsOf<Name>, other: SumsOf<Other>) => Estimate,
): DefinedFigure {
  return {
    about,
    measures: names,
    estimate: ([sums, other]) =>
      estimate(sums as unknown as SumsOf<Name>, other as unknown as SumsOf<Other>),
  }
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

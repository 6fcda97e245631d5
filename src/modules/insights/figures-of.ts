import { type DefinedFigure, untold } from './define-figure.ts'
import type { Days, Estimate, Figure } from './figure.ts'
import { figures } from './figures.ts'
import type { Measure, Sums } from './measure.ts'

/** What a measure has counted. */
export interface Counted {
  readonly days: Days
  readonly total: Sums
  /** Of each span; null: nothing. */
  readonly spans: readonly (Sums | null)[]
}

/** All figures out of what was counted, with a point for each span. */
export function figuresOf(
  counted: ReadonlyMap<Measure, Counted>,
  spans: readonly Days[],
): readonly Figure[] {
  return figures.map((figure) => {
    const found = figure.measures.flatMap((measure) => counted.get(measure) ?? [])
    const isWhole = found.length === figure.measures.length
    const estimate = (sums: readonly (Sums | null | undefined)[]) => estimateOf(figure, sums)
    return {
      ...figure.about,
      ...(isWhole ? estimate(found.map(({ total }) => total)) : untold),
      counted: isWhole ? unionOf(found.map(({ days }) => days)) : null,
      points: spans.map(({ from }, place) => ({
        day: from.toISOString().slice(0, 10),
        ...(isWhole ? estimate(found.map((one) => one.spans[place])) : untold),
      })),
    }
  })
}

function estimateOf(
  { estimate }: DefinedFigure,
  sums: readonly (Sums | null | undefined)[],
): Estimate {
  const known = sums.filter((one) => one != null)
  return known.length === sums.length ? estimate(known) : untold
}

function unionOf(days: readonly Days[]): Days {
  return {
    from: new Date(Math.min(...days.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...days.map(({ to }) => to.getTime()))),
  }
}

import type { Service } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { type DefinedFigure, untold } from './define-figure.ts'
import type { Days, Figure, Insights } from './figure.ts'
import { figures } from './figures.ts'
import { addSums, type Measure, measureNames, measures, type Sums } from './measure.ts'
import { parsePeriod, spansOf, stepOf } from './rules.ts'
import { type Rollup, selectRollups } from './sql.ts'

/**
 * How healthy the graph is (rule 14), out of what the worker has rolled up: no group of fewer than
 * 10 people is in it, nor can it be computed by subtracting one answer from another.
 * @throws BAD_USER_INPUT for a period that is not made of whole days in UTC, at least one
 */
export async function readInsights(
  session: Session<Service>,
  from: Date,
  to: Date,
): Promise<Insights> {
  const period = parsePeriod(from, to)
  const step = stepOf(period)
  const spans = spansOf(period, step)
  const rollups = Map.groupBy(await selectRollups(session.read, period), (one) => one.measure)
  const counted = Object.fromEntries(
    measureNames.map((name) => [name, countedOf(name, rollups.get(name) ?? [], spans)]),
  ) as Record<Measure, Counted>
  const ends = Object.values(counted).flatMap(({ days }) => days?.to ?? [])
  return {
    ...period,
    step,
    completeUntil: ends.length === 0 ? null : new Date(Math.max(...ends.map(Number))),
    figures: figures.map((figure) => measured(figure, counted[figure.measure], spans)),
  }
}

/** What a measure has counted in a period. */
interface Counted {
  readonly days: Days | null
  /** Of all days, and of each span; null: nothing. */
  readonly total: Sums | null
  readonly spans: readonly (Sums | null)[]
}

/** A group of days belongs to the span in which it ends. */
function countedOf(measure: Measure, rollups: readonly Rollup[], spans: readonly Days[]): Counted {
  const sum = (some: readonly Sums[]) =>
    some.length === 0 ? null : some.reduce(addSums, measures[measure].sums)
  const sums = spans.map((span) =>
    sum(rollups.filter(({ to }) => to > span.from && to <= span.to).map((one) => one.sums)),
  )
  const [first, last] = [rollups.at(0), rollups.at(-1)]
  return {
    days: first && last ? { from: first.from, to: last.to } : null,
    total: sum(sums.filter((one) => one !== null)),
    spans: sums,
  }
}

function measured(
  { about, estimate }: DefinedFigure,
  counted: Counted,
  spans: readonly Days[],
): Figure {
  const estimated = (sums: Sums | null | undefined) => (sums ? estimate(sums) : untold)
  return {
    ...about,
    ...estimated(counted.total),
    counted: counted.days,
    points: spans.map(({ from }, place) => ({
      day: from.toISOString().slice(0, 10),
      ...estimated(counted.spans[place]),
    })),
  }
}

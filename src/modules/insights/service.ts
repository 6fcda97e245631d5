import type { Service } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Days, Insights } from './figure.ts'
import { type Counted, figuresOf } from './figures-of.ts'
import { addSums, type Measure, measureNames, type Sums } from './measure.ts'
import { parsePeriod, spansOf, stepOf } from './rules.ts'
import { computeSums, type Rollup, selectRollups } from './sql.ts'

/**
 * How healthy the graph is (rule 14), out of what the worker has rolled up: no group of fewer than
 * 10 people is in it, nor can one be computed by subtracting one answer from another.
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
  const counted = countRollups(await selectRollups(session.read, period), spans)
  return { ...period, step, completeUntil: lastOf(counted), figures: figuresOf(counted, spans) }
}

/**
 * The same without points, computed out of the tables, over the days that are rolled up: to prove
 * that both are equal. What was erased or taken back since is missing here.
 * @throws BAD_USER_INPUT as `readInsights` does
 */
export async function computeInsights(
  session: Session<Service>,
  from: Date,
  to: Date,
): Promise<Insights> {
  const period = parsePeriod(from, to)
  const counted = countRollups(await selectRollups(session.read, period), [])
  const computed = new Map<Measure, Counted>()
  for (const [measure, { days }] of counted) {
    const total = await computeSums(session.read, measure, days)
    if (total !== null) computed.set(measure, { days, total, spans: [] })
  }
  return {
    ...period,
    step: stepOf(period),
    completeUntil: lastOf(computed),
    figures: figuresOf(computed, []),
  }
}

/**
 * The figures of the last days that each of them is known of: those of retention are of people who
 * joined some weeks before the others.
 * @param before the first day that cannot be in it
 */
export async function readLatestInsights(
  session: Session<Service>,
  before: Date,
  days: number,
): Promise<Insights['figures']> {
  const back = (moment: Date, count: number) => new Date(moment.getTime() - count * 86_400_000)
  const rollups = await selectRollups(session.read, { from: back(before, 366), to: before })
  const ends = new Map(rollups.map(({ measure, to }) => [measure, to]))
  const latest = rollups.filter(
    ({ measure, from }) => from >= back(ends.get(measure) ?? before, days),
  )
  return figuresOf(countRollups(latest, []), [])
}

function countRollups(
  rollups: readonly Rollup[],
  spans: readonly Days[],
): ReadonlyMap<Measure, Counted> {
  const counted = new Map<Measure, Counted>()
  for (const measure of measureNames) {
    const own = rollups.filter((rollup) => rollup.measure === measure)
    const [first, last] = [own.at(0), own.at(-1)]
    if (first === undefined || last === undefined) continue
    const ofSpans = sumsOfSpans(measure, own, spans)
    const known = ofSpans.filter((sums) => sums !== null)
    counted.set(measure, {
      days: { from: first.from, to: last.to },
      total: spans.length === 0 ? sumOf(measure, own) : addSums(measure, known),
      spans: ofSpans,
    })
  }
  return counted
}

/**
 * The sums of each span: days that belong together belong to the one in which they end. Both lists
 * are in the order of time.
 */
function sumsOfSpans(
  measure: Measure,
  rollups: readonly Rollup[],
  spans: readonly Days[],
): (Sums | null)[] {
  let end = 0
  return spans.map(({ to }) => {
    const begin = end
    for (let next = rollups[end]; next !== undefined && next.to <= to; next = rollups[end]) end++
    return begin === end ? null : sumOf(measure, rollups.slice(begin, end))
  })
}

function sumOf(measure: Measure, rollups: readonly Rollup[]): Sums {
  return addSums(
    measure,
    rollups.map(({ sums }) => sums),
  )
}

function lastOf(counted: ReadonlyMap<Measure, Counted>): Date | null {
  const ends = [...counted.values()].map(({ days }) => days.to.getTime())
  return ends.length === 0 ? null : new Date(Math.max(...ends))
}

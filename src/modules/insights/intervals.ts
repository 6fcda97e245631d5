/** A number, and the bounds of its interval; null where one value says nothing of its spread. */
export interface Bounds {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** Of the normal distribution, for 95 %. */
const z = 1.959964

/** A share, with the interval of Wilson: right also for few, and near 0 and 1. */
export function share(hits: number, n: number): Bounds | null {
  if (n === 0) return null
  const value = hits / n
  const middle = value + (z * z) / (2 * n)
  const half = z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))
  const whole = 1 + (z * z) / n
  return {
    value,
    low: Math.max(0, (middle - half) / whole),
    high: Math.min(1, (middle + half) / whole),
  }
}

/**
 * How many events for each unit of what they could happen in, as of a Poisson process; the interval
 * is the exact one in Byar's approximation.
 */
export function rate(events: number, exposure: number): Bounds | null {
  if (exposure === 0) return null
  const byar = (count: number, side: number) =>
    count === 0 ? 0 : count * (1 - 1 / (9 * count) + (side * z) / (3 * Math.sqrt(count))) ** 3
  return {
    value: events / exposure,
    low: byar(events, -1) / exposure,
    high: byar(events + 1, 1) / exposure,
  }
}

/** A mean out of sums, with a normal interval. Nothing that is measured here is below 0. */
export function mean(n: number, total: number, squares: number): Bounds | null {
  if (n === 0) return null
  const value = total / n
  if (n === 1) return { value, low: null, high: null }
  const half = z * Math.sqrt(Math.max(0, covariance(n, total, total, squares)) / n)
  return { value, low: Math.max(0, value - half), high: value + half }
}

/**
 * How much larger one share is than another, as a part of the other: 0.2 for a fifth more. The
 * interval is that of the logarithm of their ratio (Katz). Null while either share is 0.
 */
export function lift(hits: number, n: number, otherHits: number, otherN: number): Bounds | null {
  if (hits === 0 || otherHits === 0) return null
  const ratio = hits / n / (otherHits / otherN)
  const half = z * Math.sqrt(1 / hits - 1 / n + 1 / otherHits - 1 / otherN)
  return {
    value: ratio - 1,
    low: ratio * Math.exp(-half) - 1,
    high: ratio * Math.exp(half) - 1,
  }
}

/** Sums over pairs of numbers, one before and one after. */
export interface PairedSums {
  readonly n: number
  readonly before: number
  readonly after: number
  readonly beforeSquares: number
  readonly afterSquares: number
  readonly products: number
}

/**
 * By which part something became less, from before to after in the same pairs; the interval is that
 * of a ratio of means, by the delta method. Null when there was nothing before.
 */
export function reduction(sums: PairedSums): Bounds | null {
  const { n, before, after, beforeSquares, afterSquares, products } = sums
  if (before === 0) return null
  const ratio = after / before
  const spread =
    covariance(n, after, after, afterSquares) -
    2 * ratio * covariance(n, before, after, products) +
    ratio * ratio * covariance(n, before, before, beforeSquares)
  const half = (z * Math.sqrt(Math.max(0, spread) * n)) / before
  return { value: 1 - ratio, low: 1 - ratio - half, high: Math.min(1, 1 - ratio + half) }
}

/** Of numbers, out of their sums; the variance, when both are the same. */
function covariance(n: number, total: number, otherTotal: number, products: number): number {
  return n < 2 ? 0 : (products - (total * otherTotal) / n) / (n - 1)
}

/** Each bucket of a histogram ends so many times later than it begins. */
export const bucketRatio = 1.08

/**
 * The median out of a histogram, within 4 %, unless it is known. The interval is that of the order
 * statistics: the values that so many others lie below.
 * @param counts of the buckets; the first begins at 1
 * @param exact the median, if it is known
 */
export function median(counts: readonly number[], exact?: number | null): Bounds | null {
  const n = counts.reduce((sum, count) => sum + count, 0)
  if (n === 0) return null
  const half = (z * Math.sqrt(n)) / 2
  return {
    value: exact ?? valueAt(counts, n / 2),
    low: valueAt(counts, n / 2 - half),
    high: valueAt(counts, n / 2 + half),
  }
}

/** The value that so many lie below; within a bucket they are taken to lie evenly. */
function valueAt(counts: readonly number[], rank: number): number {
  let below = 0
  let last = 0
  for (const [bucket, count] of counts.entries()) {
    if (count === 0) continue
    if (below + count >= rank) return bucketRatio ** (bucket + Math.max(0, rank - below) / count)
    below += count
    last = bucket + 1
  }
  return bucketRatio ** last
}

/** Two samples of milliseconds, compared. */
export interface Comparison {
  /** Of the first and of the second. */
  readonly medians: readonly [number, number]
  /** By how much the first median is above the second. */
  readonly gap: number
  /**
   * The chance that one of the first took longer than one of the second: 0.5 when nothing can be
   * told (Mann–Whitney).
   */
  readonly auc: number
  /** How far the area lies from 0.5 by chance alone, 19 times out of 20. */
  readonly chance: number
}

export function compare(first: readonly number[], second: readonly number[]): Comparison {
  const medians = [median(first), median(second)] as const
  const chance =
    1.96 * Math.sqrt((first.length + second.length + 1) / (12 * first.length * second.length))
  return { medians, gap: medians[0] - medians[1], auc: areaUnderCurve(first, second), chance }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** By the sum of the first one's ranks, equal values sharing theirs. */
function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((one, other) => one.value - other.value)
  let ranks = 0
  for (let start = 0; start < all.length;) {
    let end = start
    while (end < all.length && all[end]?.value === all[start]?.value) end++
    const shared = (start + 1 + end) / 2
    ranks += shared * all.slice(start, end).filter(({ isFirst }) => isFirst).length
    start = end
  }
  const least = (first.length * (first.length + 1)) / 2
  return (ranks - least) / (first.length * second.length)
}

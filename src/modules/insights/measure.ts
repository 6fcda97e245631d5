/**
 * What is counted of a span of days: a function of prisma/functions/insights each, with the columns
 * that it gives beside `people`. The sums of two spans add up to those of both.
 *
 * `waitDays`: a day is counted when so many others are over, because what is asked of it ends then.
 * `daysOf`: a group of days is one of another measure, or several of them together. So measures of
 * the same people differ by whole groups, too.
 */
export const measures = {
  activePeople: { waitDays: 0, sums: { days: 0, active: 0, squares: 0 } },
  blocks: { waitDays: 0, sums: { active: 0, blocks: 0 } },
  requests: {
    waitDays: 14,
    sums: { sent: 0, answered: 0, accepted: 0, seconds: 0, squares: 0, waits: [] },
  },
  invitesOfFriends: { waitDays: 14, sums: { sent: 0, accepted: 0 } },
  invitesOfOthers: { waitDays: 14, sums: { sent: 0, accepted: 0 } },
  joiners: { waitDays: 37, sums: { joined: 0 } },
  retention: {
    waitDays: 37,
    daysOf: 'joiners',
    sums: { friends: 0, friendsBack: 0, others: 0, othersBack: 0 },
  },
  threeFriends: { waitDays: 90, daysOf: 'joiners', sums: { joined: 0, befriended: 0 } },
  reports: {
    waitDays: 30,
    sums: { n: 0, before: 0, after: 0, beforeSquares: 0, afterSquares: 0, products: 0 },
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly waitDays: number
      readonly daysOf?: string
      readonly sums: Readonly<Record<string, number | readonly number[]>>
    }
  >
>

export type Measure = keyof typeof measures

export const measureNames = Object.keys(measures) as readonly Measure[]

/** The sums of a measure, by their names; a histogram is a list of counts. */
export type SumsOf<Name extends Measure> = {
  readonly [
    Key in keyof (typeof measures)[Name]['sums']
  ]: (typeof measures)[Name]['sums'][Key] extends number ? number : readonly number[]
} & {
  /** The median, where it was computed of everything at once; else there is a histogram. */
  readonly median?: number | null
}

export type Sums = Readonly<Record<string, number | readonly number[] | null>>

/** The sums of several spans of a measure together. */
export function addSums(measure: Measure, spans: readonly Sums[]): Sums {
  const names = Object.entries(measures[measure].sums)
  return Object.fromEntries(
    names.map(([name, nothing]) => {
      const sums = spans.map((span) => span[name] ?? null)
      return [name, typeof nothing === 'number' ? addNumbers(sums) : addCounts(sums)]
    }),
  )
}

function addNumbers(numbers: readonly Sums[string][]): number {
  return numbers.reduce<number>((sum, number) => sum + Number(number), 0)
}

function addCounts(histograms: readonly Sums[string][]): readonly number[] {
  const sum: number[] = []
  for (const counts of histograms) {
    if (counts === null || typeof counts === 'number') continue
    for (const [bucket, count] of counts.entries()) sum[bucket] = (sum[bucket] ?? 0) + count
  }
  return sum
}

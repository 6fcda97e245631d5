/**
 * What is counted of a span of days: a function of prisma/functions/insights each, with the columns
 * that it gives beside `people`. The sums of two spans add up to those of both.
 */
export const measures = {
  activePeople: { waitDays: 0, sums: { days: 0, active: 0, squares: 0 } },
  blocks: { waitDays: 0, sums: { active: 0, blocks: 0 } },
  requests: {
    waitDays: 14,
    sums: { sent: 0, answered: 0, accepted: 0, seconds: 0, squares: 0, waits: [] },
  },
  invites: { waitDays: 14, sums: { friends: 0, friendsAccepted: 0, others: 0, othersAccepted: 0 } },
  retention: { waitDays: 37, sums: { friends: 0, friendsBack: 0, others: 0, othersBack: 0 } },
  threeFriends: { waitDays: 90, sums: { joined: 0, befriended: 0 } },
  reports: {
    waitDays: 30,
    sums: { n: 0, before: 0, after: 0, beforeSquares: 0, afterSquares: 0, products: 0 },
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly waitDays: number
      readonly sums: Readonly<Record<string, number | readonly number[]>>
    }
  >
>

export type Measure = keyof typeof measures

export const measureNames = Object.keys(measures) as Measure[]

/** The sums of a measure, by their names; a histogram is a list of counts. */
export type SumsOf<Name extends Measure> = {
  readonly [
    Key in keyof (typeof measures)[Name]['sums']
  ]: (typeof measures)[Name]['sums'][Key] extends number ? number : readonly number[]
}

export type Sums = Readonly<Record<string, number | readonly number[]>>

/** The sums of two spans together. */
export function addSums(one: Sums, other: Sums): Sums {
  return Object.fromEntries(
    Object.entries(one).map(([name, sum]) => [name, add(sum, other[name] ?? 0)]),
  )
}

function add(
  one: number | readonly number[],
  other: number | readonly number[],
): number | readonly number[] {
  if (typeof one === 'number') return one + Number(other)
  const counts = typeof other === 'number' ? [] : other
  return Array.from(
    { length: Math.max(one.length, counts.length) },
    (_none, bucket) => (one[bucket] ?? 0) + (counts[bucket] ?? 0),
  )
}

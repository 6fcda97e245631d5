import { createHash } from 'node:crypto'

/** Chance that comes out the same for the same seed, on every machine. */
export class Random {
  #state: [number, number, number, number]

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest()
    this.#state = [0, 4, 8, 12].map((byte) => digest.readInt32LE(byte)) as [
      number,
      number,
      number,
      number,
    ]
  }

  /** From 0 to 1, without the 1. The generator is sfc32. */
  next(): number {
    const [a, b, c, counter] = this.#state
    const sum = (a + b + counter) | 0
    this.#state = [
      b ^ (b >>> 9),
      (c + (c << 3)) | 0,
      (((c << 21) | (c >>> 11)) + sum) | 0,
      (counter + 1) | 0,
    ]
    return (sum >>> 0) / 2 ** 32
  }

  /** Whether something happens that happens so often. */
  chance(share: number): boolean {
    return this.next() < share
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next()
  }

  /** A whole number from 0 to below this one. */
  below(most: number): number {
    return Math.floor(this.next() * most)
  }

  /** One of the list; undefined if it is empty. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }

  /** The place of one of these weights, the heavier the likelier. */
  pickWeighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0)
    const place = weights.findIndex((weight) => (left -= weight) < 0)
    return Math.max(place, 0)
  }

  /** How often something happens that happens so many times on average. */
  count(mean: number): number {
    const limit = Math.exp(-mean)
    let [times, product] = [0, this.next()]
    for (; product > limit; product *= this.next()) times++
    return times
  }

  /** A positive number with a long tail: half of them are below the median. */
  longTailed(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return median * Math.exp(spread * normal)
  }
}

/**
 * A UUID that looks random and is the same for the same words everywhere. Ids made one after the
 * other are in no order: suggestions take samples in the order of ids.
 */
export function idFrom(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join(' ')).digest('hex')
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

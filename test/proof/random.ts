/** Numbers that look random and are the same each time for the same seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: string) {
    // FNV-1a: near seeds begin far apart.
    this.#state = Buffer.from(seed).reduce(
      (hash, byte) => Math.imul(hash ^ byte, 16_777_619),
      2_166_136_261,
    )
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 to below the given one. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error('There is nothing to pick from.')
    return choices[this.below(choices.length)] as T
  }

  /** One of the values, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [number, T])[]): T {
    let place = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of choices) {
      place -= weight
      if (place < 0) return value
    }
    return this.pick(choices)[1]
  }
}

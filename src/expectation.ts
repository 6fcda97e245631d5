import type { Tally } from './base/tally.ts'

/** How often an operation must have sent as many statements as the time before. */
const enough = 3
/** The same, after it sent more than expected once: then it depends on whom it is about. */
const enoughAfterError = 100

/**
 * How many statements an operation sends that only reads. Most always send as many, and when that is known, the commit
 * travels with the last of them.
 */
export class Expectation {
  readonly #reads: boolean
  #last: number | null = null
  #missing = enough

  /** @param reads false for an operation that may not be run twice: it is never expected to do anything */
  constructor(reads: boolean) {
    this.#reads = reads
  }

  /** Null: not known. */
  get statements(): number | null {
    return this.#missing === 0 ? this.#last : null
  }

  learn({ statements, transactions }: Tally): void {
    const sent = transactions === 1 ? statements.length : null
    if (!this.#reads || this.#missing === 0) return
    if (sent === null || sent !== this.#last) this.#missing = Math.max(this.#missing, enough)
    else this.#missing--
    this.#last = sent
  }

  /** It sent more. */
  forget(): void {
    this.#last = null
    this.#missing = enoughAfterError
  }
}

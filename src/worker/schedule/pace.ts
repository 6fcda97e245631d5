import { limits } from '../../limits.ts'

/** How many batches are remembered, to know what is usual. */
const remembered = 50

/**
 * How many people a batch takes, so that it lasts about as long as it should, and how long to rest
 * after it. When people take more than twice the time that is usual, the database is busy with
 * others, and the rest is a long one.
 */
export class Pace {
  #people: number = limits.tasks.suggestions.peopleAtFirst
  #latest: number[] = []

  /** How many people the next batch should have. */
  get people(): number {
    return this.#people
  }

  /**
   * Learns from a batch.
   * @returns how many milliseconds to wait before the next one
   */
  after(people: number, ms: number): number {
    const { batchMs, peopleAtMost, pauseMs, busyPauseMs } = limits.tasks.suggestions
    if (people === 0) return pauseMs
    const each = ms / people
    const usual = median(this.#latest) ?? each
    this.#latest = [...this.#latest.slice(1 - remembered), each]
    // At most doubled: one batch of people without friends says little of the next one.
    const fitting = Math.min(Math.floor(batchMs / each), 2 * this.#people)
    this.#people = Math.max(1, Math.min(peopleAtMost, fitting))
    return each > 2 * usual ? busyPauseMs : pauseMs
  }
}

function median(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/** Something that will happen, so many milliseconds after the first day began. */
interface Entry {
  readonly at: number
  /** Of two at the same time, the one that was planned first comes first. */
  readonly place: number
  readonly happens: (at: number) => void
}

/** What is still to happen, in the order of time: a binary heap. */
export class Agenda {
  readonly #heap: Entry[] = []
  #planned = 0

  plan(at: number, happens: (at: number) => void): void {
    const entry = { at: Math.round(at), place: this.#planned++, happens }
    let place = this.#heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      this.#heap[place] = parent
      place = above
    }
    this.#heap[place] = entry
  }

  /** Lets everything happen that is planned before then, also what is planned meanwhile. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at < end; next = this.#heap[0]) {
      this.#removeFirst()
      next.happens(next.at)
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    let place = 0
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, last)) break
      this.#heap[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    this.#heap[place] = last
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.place < other.place)
}

/**
 * Lets whoever has the same name go one after the other, without holding anything while they wait.
 *
 * One person's writes wait for each other's locks anyway. Waiting in the database, each would hold a connection: sixty
 * calls of one person would use up a pool that everybody shares, and some would run into the lock's deadline.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /**
   * Runs `work` when everything that was begun before under this name has ended, well or not. `work` must not take a turn
   * under the same name: it would wait for itself.
   */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#last.set(name, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name)
    }
  }
}

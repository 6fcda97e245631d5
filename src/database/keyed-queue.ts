import { overloaded } from '../graphql/errors.ts'
import { inTime } from './deadlines.ts'

/**
 * Lets whoever has the same name go one after the other, without holding anything while they wait.
 *
 * One person's writes wait for each other's locks anyway. Waiting in the database, each would hold
 * a connection: sixty calls of one person would use up a pool that everybody shares, and some would
 * run into the lock's deadline.
 */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  /**
   * Runs `work` when everything that was begun before under this name has ended, well or not.
   * `work` must not take a turn under the same name: it would wait for itself.
   * @throws OVERLOADED when its turn has not come after so many milliseconds; `work` is then never
   * run
   */
  async run<T>(name: string, ms: number, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const mine =
      before === undefined ? work() : inTime(before, ms, () => overloaded('turn')).then(work)
    // Who gave up waiting has not ended what came before.
    const last = Promise.allSettled([before, mine])
    this.#last.set(name, last)
    void last.then(() => {
      if (this.#last.get(name) === last) this.#last.delete(name)
    })
    return mine
  }
}

import { overloaded } from '../graphql/errors.ts'
import { alarm } from './deadlines.ts'

/** How somebody waits for a place. */
export interface Patience {
  readonly ms: number
  /** Waits even where others are sent away because too many wait: for what may never be refused. */
  readonly insists: boolean
}

/**
 * The places of a pool, and who waits for one. Those who came first go first. When so many wait
 * that the last would hardly get in in time, newcomers are refused at once: it costs them less than
 * to wait for nothing, and us too.
 */
export class Admission {
  readonly #places: number
  readonly #mostWaiting: number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor(places: number, mostWaiting: number) {
    this.#places = places
    this.#mostWaiting = mostWaiting
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Takes a place, to be given back with `leave`.
   * @throws OVERLOADED when too many wait, or when there is no place in time
   */
  enter({ ms, insists }: Patience): Promise<void> {
    if (this.#taken < this.#places) {
      this.#taken++
      return Promise.resolve()
    }
    if (ms <= 0) return Promise.reject(overloaded('request'))
    if (!insists && this.#waiting.size >= this.#mostWaiting)
      return Promise.reject(overloaded('pool_full'))
    return new Promise((resolve, reject) => {
      const enter = () => {
        callOff()
        resolve()
      }
      const callOff = alarm(ms, () => {
        this.#waiting.delete(enter)
        reject(overloaded('pool_wait'))
      })
      this.#waiting.add(enter)
    })
  }

  leave(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#taken--
      return
    }
    // The place goes from hand to hand, so that nobody who comes now can take it.
    this.#waiting.delete(next)
    next()
  }
}

import { GraphQLError } from 'graphql'
import { limits } from '../limits.ts'
import type { Condition } from './condition.ts'

/**
 * Lets what failed be left out for a while, name by name: it is tried again when the while is over.
 */
export class Breaker {
  readonly #condition: Condition
  /** Until when each name is left out. */
  readonly #failed = new Map<string, number>()

  /** @param condition lasts while anything is left out */
  constructor(condition: Condition) {
    this.#condition = condition
  }

  /** How often something was left out, or failed. */
  leftOut = 0

  leavesOut(name: string): boolean {
    const isOut = (this.#failed.get(name) ?? 0) > performance.now()
    if (isOut) this.leftOut++
    return isOut
  }

  failed(name: string, error: unknown): void {
    this.leftOut++
    this.#failed.set(name, performance.now() + limits.overload.uncountedMs)
    // That the database is away is told by itself.
    const known = error instanceof GraphQLError ? error : null
    if (known?.extensions['code'] !== 'DATABASE_UNAVAILABLE')
      this.#condition.begin(known?.originalError ?? error)
  }

  succeeded(name: string): void {
    if (this.#failed.size === 0) return
    this.#failed.delete(name)
    // A name that nobody has asked for again must not keep the condition up.
    const now = performance.now()
    for (const [other, until] of this.#failed)
      if (until + limits.overload.uncountedMs < now) this.#failed.delete(other)
    if (this.#failed.size === 0) this.#condition.end()
  }
}

/**
 * Whether a call that could not be counted may pass: when somebody holds its counter, or Postgres
 * does not answer. When too many want to count, nobody may pass uncounted, and a mistake of ours is
 * told like any other.
 */
export function mayPass(error: unknown): boolean {
  const reason = error instanceof GraphQLError ? error.extensions['reason'] : undefined
  return typeof reason === 'string' && !crowded.has(reason)
}

const crowded = new Set(['pool_full', 'pool_wait', 'turn', 'request', 'connections'])

import { limits } from '../../limits.ts'

/**
 * The time as the database has it, without asking. Until the database has told it for the first
 * time, and while the two differ by less than a second, it is this machine's.
 */
export class DatabaseClock {
  #aheadMs = 0

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  /** @param told what the database has just said */
  setBy(told: Date): void {
    const aheadMs = told.getTime() - Date.now()
    this.#aheadMs = Math.abs(aheadMs) < limits.presence.clockMs ? 0 : aheadMs
  }
}

import type { PoolClient } from 'pg'
import type { Admission, Patience } from './admission.ts'
import type { Breaker } from './breaker.ts'
import type { Condition } from './condition.ts'
import type { Deadlines } from './deadlines.ts'
import type { KeyedQueue } from './keyed-queue.ts'
import type { Pooled } from './terms.ts'

/** A pool, as a session uses it. */
export interface Places {
  readonly connect: (patience: Patience) => Promise<PoolClient>
  readonly distrust: (since: number) => void
}

/** What a session needs of the pools behind it. */
export interface Connections extends Pooled {
  readonly pool: Places
  /** For counting, from a few connections of their own. */
  readonly counting: Places
  /** How many operations may search at once. */
  readonly searching: Admission
  readonly deadlines: Deadlines
  /** When everything must be over (`performance.now()`), because the process is told to end. */
  readonly lastMoment: () => number
  /** The writes of one person in this process, one after the other. */
  readonly queue: KeyedQueue
  /** Counters that cannot be counted now. */
  readonly uncounted: Breaker
  /** Postgres says nothing where it should. */
  readonly outage: Condition
  /** Postgres takes no writes. */
  readonly readOnly: Condition
}

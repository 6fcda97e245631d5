import type { Context } from '@opentelemetry/api'
import type { PoolClient } from 'pg'
import { databaseUnavailable, overloaded, unauthenticated } from '../graphql/errors.ts'
import { isRefused } from '../graphql/refusals.ts'
import { limits } from '../limits.ts'
import { mayPass } from './breaker.ts'
import type { Connections, Places } from './connections.ts'
import { type Deadlines, inTime } from './deadlines.ts'
import type { Identity } from './identity.ts'
import { openingOf, type TransactionKind } from './opening.ts'
import { OperationStatistics } from './operation-statistics.ts'
import { isReadOnly } from './outage.ts'
import { isWorthRetrying, pauseBefore } from './retry.ts'
import type { Queryable, Transaction } from './sql.ts'
import { DatabaseTransaction } from './transaction.ts'

/** How often work is tried that has no deadline as a whole. */
const attemptsInBackground = 5

/**
 * One operation's way to the database, as one identity.
 *
 * Reads share one snapshot, opened by the first statement and closed by `finish`: its commit
 * travels with what is asked next on the connection (`late-commit.ts`). A write ends that snapshot,
 * so that what is read after it sees what it did.
 */
export class Session<Who extends Identity = Identity> {
  readonly identity: Who
  readonly statistics = new OperationStatistics()
  readonly #connections: Connections
  readonly #opened: number
  /** What must be over before anything is read. */
  readonly #first = new Set<Promise<unknown>>()
  #snapshot: DatabaseTransaction | null = null
  /** The operation's place among those that search, while it does. */
  #place: Promise<void> | null = null
  #searches = 0
  #finished = false
  /**
   * Whether what is done now may never be refused (rule 0.6): it waits for its place until the
   * deadline of the request.
   */
  insists = false
  /**
   * The span of the operation, under which what it asks of Postgres is traced; null when nothing
   * is.
   */
  traced: Context | null = null
  /** The W3C header of the request's trace, which its events carry on; null when it has none. */
  traceparent: string | null = null

  /** @param opened when the request began, in the time of `performance.now()` */
  constructor(identity: Who, connections: Connections, opened = performance.now()) {
    this.identity = identity
    this.#connections = connections
    this.#opened = opened
  }

  /** Where to read: the same object until the next write or `finish`. */
  get read(): Queryable {
    return this.#current() as unknown as Queryable
  }

  /**
   * Runs one operation in one read-committed transaction; commits it, or rolls it back when `work`
   * throws or answers with a refusal. The writes of one person come one after the other, whatever
   * comes in at once. After a deadlock, a serialization failure or a lock that was held too long it
   * is tried again until the request's deadline, so `work` does nothing outside of the database.
   * @throws UNAUTHENTICATED for the anonymous, who may write nothing
   * @throws OVERLOADED when it did not get through in time
   */
  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.identity.kind === 'anonymous') throw unauthenticated()
    await this.pause()
    const write = () => this.#writeUntilDone(work)
    if (this.identity.kind !== 'viewer') return write()
    return this.#connections.queue.run(this.identity.userId, this.#left(), write)
  }

  /**
   * Runs one short write of a counter beside everything else: what a read leaves behind, such as
   * that it was made. The anonymous may. It goes by connections of their own. Whoever waits for a
   * counter holds no other connection: see `readAfter`.
   * @param name of the counter; two who count on the same one come one after the other
   * @returns null when it could not be counted, because somebody holds the counter or the database
   * does not answer. It is then left out for a moment, so that nobody else waits for it.
   * @throws OVERLOADED when too many want to count
   */
  async count<T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T | null> {
    const { queue, uncounted, counting } = this.#connections
    const { rateLimit } = limits.deadlines
    const write = async () => {
      if (uncounted.leavesOut(name)) return null
      try {
        const counted = await this.#writeOnce(work, counting, rateLimit)
        uncounted.succeeded(name)
        return counted
      } catch (error) {
        if (!mayPass(error)) throw error
        uncounted.failed(name, error)
        return null
      }
    }
    return queue.run(`count ${name}`, this.#left(), write)
  }

  /**
   * Lets nothing be read before `first` is over, such as a call that is counted: who waited for a
   * counter with a snapshot open would keep a connection from everybody else.
   */
  async readAfter<T>(first: Promise<T>): Promise<T> {
    this.#first.add(first)
    try {
      return await first
    } finally {
      this.#first.delete(first)
    }
  }

  /**
   * Runs a search, which is more work for the database than other reads: so few operations of a
   * process search at once that they leave room for everybody else. The searches of one operation
   * share its place. Who waits for one holds no connection.
   * @throws OVERLOADED when too many want to search
   */
  async search<T>(search: (from: Queryable) => Promise<T>): Promise<T> {
    const { searching, deadlines } = this.#connections
    const ms = Math.min(this.#left(), deadlines.poolMs)
    const place = (this.#place ??= searching.enter({ ms, insists: false }))
    this.#searches++
    try {
      await this.readAfter(place)
      return await search(this.read)
    } finally {
      if (--this.#searches === 0) {
        this.#place = null
        void place.then(
          () => {
            searching.leave()
          },
          () => undefined,
        )
      }
    }
  }

  /** Gives the connection back between two changes; what is read next is read anew. */
  async pause(): Promise<void> {
    const snapshot = this.#snapshot
    this.#snapshot = null
    // What was read stays read, whatever becomes of the connection that it came by.
    await snapshot?.end('commit').catch(() => undefined)
  }

  async #writeUntilDone<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { pool, deadlines, readOnly } = this.#connections
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.#writeOnce(work, pool, deadlines)
        if (!isRefused(result)) readOnly.end()
        return result
      } catch (error) {
        if (isReadOnly(error)) readOnly.begin(error)
        const isLast = deadlines.totalMs === null && attempt === attemptsInBackground
        if (isLast || !isWorthRetrying(error)) throw error
        await pauseBefore(attempt + 1)
        if (this.#left() <= 0) throw error
      }
    }
  }

  /** Ends the operation and gives its connection back. Safe to call twice. */
  async finish(): Promise<void> {
    this.#finished = true
    await this.pause()
  }

  #current(): DatabaseTransaction {
    if (this.#finished) throw new Error('This operation has ended; it cannot read any more.')
    return (this.#snapshot ??= this.#open(
      'read',
      this.#connections.pool,
      this.#connections.deadlines,
    ))
  }

  async #writeOnce<T>(
    work: (tx: Transaction) => Promise<T>,
    places: Places,
    deadlines: Deadlines,
  ): Promise<T> {
    const transaction = this.#open('write', places, deadlines)
    try {
      const result = await work(transaction as unknown as Transaction)
      await transaction.end(isRefused(result) ? 'rollback' : 'commit')
      return result
    } catch (error) {
      await transaction.end('rollback').catch(() => undefined)
      throw isReadOnly(error) ? databaseUnavailable('read_only', error) : error
    }
  }

  #open(kind: TransactionKind, places: Places, deadlines: Deadlines): DatabaseTransaction {
    const { outage } = this.#connections
    return new DatabaseTransaction(
      {
        isRead: kind === 'read',
        opening: openingOf(kind, deadlines, this.identity, this.traceparent),
        statementMs: deadlines.statementMs,
        connect: () => this.#connect(places, deadlines),
        left: () => Math.min(this.#left(), deadlines.transactionMs ?? Infinity),
        silent: (since) => {
          outage.begin(new Error('Postgres does not answer on a connection.'))
          places.distrust(since)
        },
        traced: this.traced,
      },
      this.#connections,
      this.statistics,
    )
  }

  async #connect(places: Places, deadlines: Deadlines): Promise<PoolClient> {
    // Fields that stand beside each other are resolved in one go: now all of them have said what
    // must come first.
    await Promise.resolve()
    if (places === this.#connections.pool)
      while (this.#first.size > 0) await Promise.allSettled(this.#first)
    const left = this.#left()
    if (left <= 0) throw overloaded('request')
    const ms = this.insists ? left : Math.min(left, deadlines.poolMs)
    // Connecting takes a while of its own, which the request may not have.
    return inTime(
      places.connect({ ms, insists: this.insists }),
      left,
      () => overloaded('request'),
      (connection) => {
        connection.release()
      },
    )
  }

  /** Milliseconds until the deadline of the request. */
  #left(): number {
    const { deadlines, lastMoment } = this.#connections
    const ends = this.#opened + (deadlines.totalMs ?? Infinity)
    return Math.min(ends, lastMoment()) - performance.now()
  }
}

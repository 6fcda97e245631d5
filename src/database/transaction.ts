import type { PoolClient } from 'pg'
import { databaseUnavailable, overloaded } from '../graphql/errors.ts'
import { limits } from '../limits.ts'
import { beginBatchSpan, tracedAlone } from './batch-span.ts'
import { alarm } from './deadlines.ts'
import { breakOff, cancel } from './interrupt.ts'
import { commitLater, takeLateCommit } from './late-commit.ts'
import type { OperationStatistics } from './operation-statistics.ts'
import { explained } from './outage.ts'
import { sqlState } from './retry.ts'
import type { AskPrisma, Statement } from './sql.ts'
import { StatementBatch } from './statement-batch.ts'
import type { Pooled, Terms } from './terms.ts'

const forget = () => undefined

/**
 * What Postgres says to every statement after the one that failed: aborted, or never heard of, when
 * that was to name it.
 */
const consequences = ['25P02', '26000']

/**
 * A transaction that takes a connection when it is first asked something. What is asked in the same
 * moment travels in one batch, behind `begin`.
 */
export class DatabaseTransaction {
  readonly statistics: OperationStatistics
  readonly #terms: Terms
  readonly #pooled: Pooled
  #connected: Promise<PoolClient> | null = null
  /** What was asked and is not on its way yet. */
  #unsent: StatementBatch | null = null
  /** The commit, once it stands behind the last statement. */
  #committed: Promise<string> | null = null
  /** Everything that was asked, answered or not; without the answers, which may be many rows. */
  readonly #asked: Promise<void>[] = []
  /** Prisma Client sends in its own time, so nothing says when the last statement is on its way. */
  #sendsLater = false
  #failure: Error | null = null
  /** What `#failure` explains. */
  #cause: unknown
  /** Why it was cut off before its end, if it was. */
  #cut: Error | null = null
  /** Calls off what ends it when it takes too long. */
  #callOff: () => void = forget
  /** The deadline that Postgres has for the next statement. */
  #statementMs: number
  #unanswered = 0
  #ended = false

  constructor(terms: Terms, pooled: Pooled, statistics: OperationStatistics) {
    this.#terms = terms
    this.#pooled = pooled
    this.statistics = statistics
    this.#statementMs = terms.statementMs
  }

  rows<Row>(name: string, statement: Statement, within = this.#terms.statementMs): Promise<Row[]> {
    return this.#ask(name, () => {
      const batch = this.#batchWithin(within)
      batch.names.push(name)
      return batch.ask<Row>(this.#pooled.prepared(statement))
    })
  }

  prisma<T>(name: string, ask: AskPrisma<T>): Promise<T> {
    this.#sendsLater = true
    return this.#ask(name, async () => {
      if (this.#statementMs !== this.#terms.statementMs) this.#batchWithin(this.#terms.statementMs)
      const connection = await this.#connection()
      this.#send(connection)
      return tracedAlone(this.#terms.traced, name, ask(this.#pooled.prisma(connection)))
    })
  }

  last<T>(asked: Promise<T>): Promise<T> {
    if (!this.#sendsLater) this.#commitBehind()
    return asked
  }

  /**
   * Nothing is sent when nothing was ever asked. A connection whose end failed is thrown away, not
   * reused.
   * @throws when a commit did not commit, which is how Postgres answers when a statement had failed
   */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    if (this.#connected === null) return
    const connection = await this.#connected
    // A statement that were sent later would run in somebody else's transaction.
    await Promise.all(this.#asked)
    if (this.#terms.isRead && this.#failure === null && this.#cut === null) {
      this.#callOff()
      commitLater(connection)
      connection.release()
      return
    }
    this.#unanswered++
    const ended = (await this.#committed?.catch(forget)) ?? (await this.#endNow(connection, how))
    this.#callOff()
    // A cancellation may arrive late, and would hit whoever had the connection next.
    const isSpoilt = typeof ended !== 'string' || this.#cut !== null
    if (isSpoilt) breakOff(connection)
    connection.release(isSpoilt)
    if (ended === how.toUpperCase()) return
    if (typeof ended !== 'string') throw this.#cut ?? this.#failure ?? explained(ended)
    throw this.#cut ?? this.#failure ?? new Error(`The ${how} was a ${ended.toLowerCase()}.`)
  }

  /** A commit that failed is not tried again. */
  #endNow(connection: PoolClient, how: 'commit' | 'rollback'): Promise<string | Error> {
    const text = this.#committed === null ? how : 'rollback'
    return tracedAlone(this.#terms.traced, text, connection.query(text)).then(
      ({ command }) => command,
      (error: unknown) => error as Error,
    )
  }

  /** Asks Postgres to give up, and when it says nothing even then, breaks the connection off. */
  #watch(connection: PoolClient): void {
    const since = performance.now()
    const breakSilence = () => {
      if (this.#unanswered > 0) {
        this.#cut = databaseUnavailable('silent')
        this.#terms.silent(since)
      }
      breakOff(connection)
    }
    this.#callOff = alarm(this.#terms.left(), () => {
      this.#cut = overloaded('transaction')
      cancel(connection)
      this.#callOff = alarm(limits.deadlines.graceMs, breakSilence)
    })
  }

  #ask<T>(name: string, send: () => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(new Error(`${name}: this transaction is over.`))
    if (this.#cut !== null) return Promise.reject(this.#cut)
    if (this.#committed !== null)
      return Promise.reject(new Error(`${name}: asked behind the commit.`))
    this.statistics.statements.push(name)
    this.#unanswered++
    const answer = this.#orFailure(send())
    const answered = () => {
      this.#unanswered--
    }
    this.#asked.push(answer.then(answered, answered))
    return answer
  }

  #commitBehind(): void {
    const batch = this.#batch()
    batch.names.push('commit')
    this.#committed = batch.command('commit')
    this.#committed.catch((error: unknown) => {
      this.#failure ??= explained(error)
    })
  }

  /** Whatever fails after a failure fails because of it, and says so. */
  async #orFailure<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      const isNews = this.#failure === null || !consequences.includes(sqlState(error) ?? '')
      // Those of one batch fail with one error, and it is explained once.
      if (isNews && error !== this.#cause) this.#failure = explained((this.#cause = error))
      throw this.#cut ?? this.#failure ?? explained(error)
    }
  }

  /** The batch that leaves next. */
  #batch(): StatementBatch {
    if (this.#unsent === null) {
      this.#unsent = new StatementBatch()
      const connection = this.#connection()
      void this.#sendSoon(connection, this.#unsent)
    }
    return this.#unsent
  }

  /** The same, for statements with this deadline. */
  #batchWithin(ms: number): StatementBatch {
    const batch = this.#batch()
    if (ms !== this.#statementMs) {
      batch.command(`set local statement_timeout = ${ms}`).catch(forget)
      this.#statementMs = ms
    }
    return batch
  }

  #connection(): Promise<PoolClient> {
    if (this.#connected === null) {
      this.#connected = this.#connect()
      for (const text of this.#terms.opening) this.#batch().command(text).catch(forget)
      this.statistics.transactions++
    }
    return this.#connected
  }

  async #connect(): Promise<PoolClient> {
    const connection = await this.#terms.connect()
    this.#watch(connection)
    return connection
  }

  async #sendSoon(connected: Promise<PoolClient>, batch: StatementBatch): Promise<void> {
    try {
      const connection = await connected
      if (this.#committed === null) await new Promise(setImmediate)
      if (this.#unsent === batch) this.#send(connection)
    } catch (error) {
      // What is asked from now on would wait for ever in a batch that never leaves: it gets one of
      // its own.
      if (this.#unsent === batch) this.#unsent = null
      batch.fail(error)
    }
  }

  #send(connection: PoolClient): void {
    const batch = this.#unsent
    if (batch === null) return
    this.#unsent = null
    if (takeLateCommit(connection)) batch.commandFirst('commit')
    const { traced } = this.#terms
    if (traced !== null && batch.names.length > 0) batch.ended = beginBatchSpan(traced, batch.names)
    try {
      connection.query(batch)
    } catch (error) {
      // A value that cannot be written. `begin` may have been in the batch, so nothing may be asked
      // here any more.
      this.#cut = explained(error)
      breakOff(connection)
      batch.fail(error)
      throw error
    }
  }
}

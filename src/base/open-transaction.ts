import type { PoolClient, QueryConfig, QueryResult } from 'pg'
import type { PrismaClient } from '../generated/prisma/client.ts'
import { sqlState } from './retry.ts'
import type { AskPrisma, Statement } from './sql.ts'
import type { Tally } from './tally.ts'

/** What a transaction needs of the pool behind it. */
export interface Pooled {
  readonly connect: () => Promise<PoolClient>
  readonly prisma: (connection: PoolClient) => PrismaClient
  /** A statement as the driver takes it: with a name, if Postgres shall keep its plan. */
  readonly prepared: (statement: Statement) => QueryConfig
}

const forget = () => undefined

/** What Postgres says to every statement after the one that failed. */
const transactionAborted = '25P02'

/** A transaction that takes a connection when it is first asked something, and sends `begin` in front of it. */
export class OpenTransaction {
  readonly tally: Tally
  /** Whether more was asked than had been said beforehand. */
  underestimated = false
  readonly #opening: string
  readonly #pooled: Pooled
  readonly #expected: number | null
  #connected: Promise<PoolClient> | null = null
  #begun: Promise<unknown> | null = null
  /** The commit, if it was sent behind the last statement that was expected. */
  #committed: Promise<QueryResult> | null = null
  /** Everything that was sent, answered or not; without the answers, which may be many rows. */
  readonly #asked: Promise<void>[] = []
  /** Prisma Client sends in its own time, so nothing says when the last statement is on its way. */
  #sendsLater = false
  #failure: Error | null = null
  #ended = false

  /** @param expected how many statements will be asked; null: who knows */
  constructor(opening: string, pooled: Pooled, tally: Tally, expected: number | null) {
    this.#opening = opening
    this.#pooled = pooled
    this.tally = tally
    this.#expected = expected
  }

  async rows<Row>(name: string, statement: Statement): Promise<Row[]> {
    return this.#run(name, async (connection) => {
      const result = await connection.query<Row & object>(this.#pooled.prepared(statement))
      return result.rows
    })
  }

  prisma<T>(name: string, ask: AskPrisma<T>): Promise<T> {
    this.#sendsLater = true
    return this.#run(name, (connection) => ask(this.#pooled.prisma(connection)))
  }

  /**
   * Nothing is sent when nothing was ever asked. A connection whose end failed is thrown away, not reused.
   * @throws when a commit did not commit, which is how Postgres answers when a statement had failed
   */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    if (this.#connected === null) return
    const connection = await this.#connected
    // A statement that were sent later would run in somebody else's transaction.
    await Promise.all(this.#asked)
    const ending = this.#committed ?? connection.query(how)
    const { command } = await ending.catch((error: unknown) => {
      connection.release(true)
      throw error
    })
    connection.release()
    if (command !== how.toUpperCase())
      throw this.#failure ?? new Error('The commit was a rollback.')
  }

  #run<T>(name: string, send: (connection: PoolClient) => PromiseLike<T>): Promise<T> {
    if (this.#ended) return Promise.reject(new Error(`${name}: this transaction is over.`))
    if (this.#asked.length === this.#expected) {
      this.underestimated = true
      return Promise.reject(new Error(`${name}: more was asked than was expected.`))
    }
    this.tally.statements.push(name)
    const answer = this.#answer(send, this.#asked.length + 1)
    this.#asked.push(answer.then(forget, forget))
    return answer
  }

  /** Whatever fails after a failure fails because of it, and says so. */
  async #answer<T>(send: (connection: PoolClient) => PromiseLike<T>, place: number): Promise<T> {
    try {
      const connection = await (this.#connected ??= this.#pooled.connect())
      const begun = (this.#begun ??= this.#begin(connection))
      const sent = send(connection)
      if (place === this.#expected && !this.#sendsLater) {
        this.#committed = connection.query('commit')
        this.#committed.catch(forget)
      }
      const [, answer] = await Promise.all([begun, sent])
      return answer
    } catch (error) {
      if (this.#failure === null || sqlState(error) !== transactionAborted)
        this.#failure = error as Error
      throw this.#failure
    }
  }

  /** `begin` and all that is asked in the same moment travel in one packet: each costs both sides more than its statement. */
  #begin(connection: PoolClient): Promise<unknown> {
    const { stream } = connection.connection
    stream.cork()
    setImmediate(() => {
      stream.uncork()
    })
    this.tally.transactions++
    const begun = connection.query(this.#opening)
    begun.catch(forget)
    return begun
  }
}

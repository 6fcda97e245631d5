import type { PoolClient, QueryConfig } from 'pg'
import type { PrismaClient } from '../generated/prisma/client.ts'
import { Packet } from './packet.ts'
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

/** What Postgres says to every statement after the one that failed: aborted, or never heard of, when that was to name it. */
const consequences = ['25P02', '26000']

/**
 * A transaction that takes a connection when it is first asked something. What is asked in the same moment travels in one
 * packet, behind `begin`.
 */
export class OpenTransaction {
  readonly tally: Tally
  readonly #opening: readonly string[]
  readonly #pooled: Pooled
  #connected: Promise<PoolClient> | null = null
  /** What was asked and is not on its way yet. */
  #unsent: Packet | null = null
  /** The commit, once it stands behind the last statement. */
  #committed: Promise<string> | null = null
  /** Everything that was asked, answered or not; without the answers, which may be many rows. */
  readonly #asked: Promise<void>[] = []
  /** Prisma Client sends in its own time, so nothing says when the last statement is on its way. */
  #sendsLater = false
  #failure: Error | null = null
  #ended = false

  /** @param opening `begin` and what follows it */
  constructor(opening: readonly string[], pooled: Pooled, tally: Tally) {
    this.#opening = opening
    this.#pooled = pooled
    this.tally = tally
  }

  rows<Row>(name: string, statement: Statement): Promise<Row[]> {
    return this.#ask(name, () => this.#packet().ask<Row>(this.#pooled.prepared(statement)))
  }

  prisma<T>(name: string, ask: AskPrisma<T>): Promise<T> {
    this.#sendsLater = true
    return this.#ask(name, async () => {
      const connection = await this.#connection()
      this.#send(connection)
      return ask(this.#pooled.prisma(connection))
    })
  }

  last<T>(asked: Promise<T>): Promise<T> {
    if (!this.#sendsLater) this.#commitBehind()
    return asked
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
    const ended = (await this.#committed?.catch(forget)) ?? (await this.#endNow(connection, how))
    connection.release()
    if (ended !== how.toUpperCase())
      throw this.#failure ?? new Error(`The ${how} was a ${ended.toLowerCase()}.`)
  }

  /** A commit that failed is not tried again. */
  async #endNow(connection: PoolClient, how: 'commit' | 'rollback'): Promise<string> {
    const ending = connection.query(this.#committed === null ? how : 'rollback')
    const { command } = await ending.catch((error: unknown) => {
      connection.release(true)
      throw error
    })
    return command
  }

  #ask<T>(name: string, send: () => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(new Error(`${name}: this transaction is over.`))
    if (this.#committed !== null)
      return Promise.reject(new Error(`${name}: asked behind the commit.`))
    this.tally.statements.push(name)
    const answer = this.#orFailure(send())
    this.#asked.push(answer.then(forget, forget))
    return answer
  }

  #commitBehind(): void {
    this.#committed = this.#packet().command('commit')
    this.#committed.catch((error: unknown) => {
      this.#failure ??= error as Error
    })
  }

  /** Whatever fails after a failure fails because of it, and says so. */
  async #orFailure<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (this.#failure === null || !consequences.includes(sqlState(error) ?? ''))
        this.#failure = error as Error
      throw this.#failure
    }
  }

  /** The packet that leaves next. */
  #packet(): Packet {
    if (this.#unsent === null) {
      this.#unsent = new Packet()
      const connection = this.#connection()
      void this.#sendSoon(connection, this.#unsent)
    }
    return this.#unsent
  }

  #connection(): Promise<PoolClient> {
    if (this.#connected === null) {
      this.#connected = this.#pooled.connect()
      for (const text of this.#opening) this.#packet().command(text).catch(forget)
      this.tally.transactions++
    }
    return this.#connected
  }

  async #sendSoon(connected: Promise<PoolClient>, packet: Packet): Promise<void> {
    try {
      const connection = await connected
      if (this.#committed === null) await new Promise(setImmediate)
      if (this.#unsent === packet) this.#send(connection)
    } catch (error) {
      packet.fail(error)
    }
  }

  #send(connection: PoolClient): void {
    const packet = this.#unsent
    if (packet === null) return
    this.#unsent = null
    connection.query(packet)
  }
}

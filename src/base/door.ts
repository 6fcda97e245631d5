import type { PoolClient } from 'pg'
import { unauthenticated } from './errors.ts'
import type { Identity } from './identity.ts'
import { isRefused } from './refusals.ts'
import { OpenTransaction, type Pooled } from './open-transaction.ts'
import { attempts, isWorthRetrying, pauseBefore } from './retry.ts'
import type { Sql, Tx } from './sql.ts'
import { Tally } from './tally.ts'
import type { Turns } from './turns.ts'

/** What a door needs of the pool behind it. */
export interface Connections extends Pooled {
  /** For counting, from a few connections of their own. */
  readonly connectToCount: () => Promise<PoolClient>
  /** The writes of one person in this process, one after the other. */
  readonly turns: Turns
}

/**
 * One operation's way to the database, as one identity.
 *
 * Reads share one snapshot, opened by the first statement and closed by `finish`. A write ends that snapshot, so
 * that what is read after it sees what it did.
 */
export class Door<Who extends Identity = Identity> {
  readonly identity: Who
  readonly tally = new Tally()
  readonly #connections: Connections
  #snapshot: OpenTransaction | null = null
  #finished = false

  constructor(identity: Who, connections: Connections) {
    this.identity = identity
    this.#connections = connections
  }

  /** Where to read: the same object until the next write or `finish`. */
  get sql(): Sql {
    return this.#current() as unknown as Sql
  }

  /**
   * Runs one operation in one read-committed transaction; commits it, or rolls it back when `work` throws or
   * answers with a refusal. The writes of one person come one after the other, whatever comes in at once. Deadlocks and serialization failures are tried again, so `work` does nothing outside
   * of the database.
   * @throws UNAUTHENTICATED for the anonymous, who may write nothing
   */
  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.identity.kind === 'anonymous') throw unauthenticated()
    await this.#endSnapshot()
    if (this.identity.kind === 'service') return this.#writeUntilDone(work)
    return this.#connections.turns.take(this.identity.userId, () => this.#writeUntilDone(work))
  }

  /**
   * Runs one short write beside the snapshot, which stays as it is: what a read leaves behind, such as that it was made.
   * The anonymous may. It goes by connections of their own, because whoever holds a snapshot and waited for a second
   * connection of the same pool could wait for ever.
   */
  async count<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const write = () => this.#writeOnce(work, this.#connections.connectToCount)
    if (this.identity.kind !== 'viewer') return write()
    return this.#connections.turns.take(`count:${this.identity.userId}`, write)
  }

  async #writeUntilDone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeOnce(work, this.#connections.connect)
      } catch (error) {
        if (attempt === attempts || !isWorthRetrying(error)) throw error
        await pauseBefore(attempt + 1)
      }
    }
  }

  /** Ends the operation and gives its connection back. Safe to call twice. */
  async finish(): Promise<void> {
    this.#finished = true
    await this.#endSnapshot()
  }

  #current(): OpenTransaction {
    if (this.#finished) throw new Error('This operation is over: nothing may be read any more.')
    return (this.#snapshot ??= this.#open(
      'begin transaction isolation level repeatable read, read only',
      this.#connections.connect,
    ))
  }

  async #endSnapshot(): Promise<void> {
    const snapshot = this.#snapshot
    this.#snapshot = null
    // What was read stays read, whatever becomes of the connection that it came by.
    await snapshot?.end('commit').catch(() => undefined)
  }

  async #writeOnce<T>(work: (tx: Tx) => Promise<T>, connect: Connect): Promise<T> {
    const begin = 'begin transaction isolation level read committed, read write'
    const transaction = this.#open(begin, connect)
    try {
      const result = await work(transaction as unknown as Tx)
      await transaction.end(isRefused(result) ? 'rollback' : 'commit')
      return result
    } catch (error) {
      await transaction.end('rollback').catch(() => undefined)
      throw error
    }
  }

  #open(begin: string, connect: Connect): OpenTransaction {
    const { prisma, prepared } = this.#connections
    return new OpenTransaction(
      [begin, ...becoming(this.identity)],
      { connect, prisma, prepared },
      this.tally,
    )
  }
}

type Connect = Connections['connect']

/** `set local`, not `set_config`: Citus passes only the former on. A UserId is a checked UUID, so it may stand in the text. */
function becoming(identity: Identity): readonly string[] {
  switch (identity.kind) {
    case 'viewer':
      return ['set local role connections_app', `set local app.user_id = '${identity.userId}'`]
    case 'anonymous':
      return ['set local role connections_app', `set local app.user_id = ''`]
    case 'service':
      return ['set local role connections_service', `set local app.user_id = ''`]
  }
}

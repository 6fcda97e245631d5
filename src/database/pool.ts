import pg from 'pg'
import { databaseUnavailable, overloaded } from '../graphql/errors.ts'
import { limits } from '../limits.ts'
import { Admission, type Patience } from './admission.ts'
import { ClosingClient } from './client.ts'
import type { Condition } from './condition.ts'
import { breakOff } from './interrupt.ts'
import { explainedConnect } from './outage.ts'

const { deadlines, overload } = limits

/** The connections of one kind of work, who waits for one, and which of them can be trusted. */
export class ConnectionPool {
  readonly #pool: pg.Pool
  readonly #admission: Admission
  readonly #outage: Condition
  readonly #open = new Set<pg.PoolClient>()
  /** When Postgres was last heard on a connection. */
  readonly #heard = new WeakMap<pg.PoolClient, number>()
  #distrustedBefore = -Infinity

  /** @param outage begins when no connection can be made, and ends with the next one that can */
  constructor(url: string, size: number, outage: Condition) {
    this.#outage = outage
    this.#admission = new Admission(size, size * overload.waitingPerConnection)
    this.#pool = new pg.Pool({
      Client: ClosingClient,
      connectionString: url,
      max: size,
      // A batch does not wait for the answer to the one before it, nor does Prisma Client for
      // `begin`.
      pipeline: true,
      connectionTimeoutMillis: deadlines.connectMs,
      // A firewall that forgets silent connections is told of each before it does, and a host that
      // is gone is noticed.
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      application_name: 'connections',
    })
    // Unheard, a connection that breaks would end the process. The pool replaces one that breaks
    // while it is idle; when one breaks in our hands, the statement that waits fails, or the next
    // one, and that is enough said.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (connection) => {
      connection.on('error', () => undefined)
      this.#open.add(connection)
      this.#heard.set(connection, performance.now())
      this.#outage.end()
    })
    this.#pool.on('remove', (connection) => this.#open.delete(connection))
  }

  /** Told of each connection that has gone. */
  onRemove(forget: (connection: pg.PoolClient) => void): void {
    this.#pool.on('remove', forget)
  }

  /** Connections open and idle, and those who wait for one. */
  get load(): { open: number; idle: number; waiting: number } {
    const { totalCount: open, idleCount: idle } = this.#pool
    return { open, idle, waiting: this.#admission.waiting }
  }

  /**
   * A connection for one transaction, to be released.
   * @throws OVERLOADED when there is none in time; DATABASE_UNAVAILABLE when none can be made
   */
  async connect(patience: Patience): Promise<pg.PoolClient> {
    try {
      await this.#admission.enter(patience)
    } catch (error) {
      // Who waits behind those who cannot connect waits for the database, not for them.
      throw this.#outage.lasts ? databaseUnavailable('unreachable') : error
    }
    const begun = performance.now()
    try {
      const connection = await this.#trusted()
      const release = connection.release.bind(connection)
      connection.release = (failed) => {
        this.#heard.set(connection, performance.now())
        release(failed)
        this.#admission.leave()
      }
      return connection
    } catch (error) {
      this.#admission.leave()
      // A deadline that is noticed late says that this process is behind, and nothing of Postgres.
      const late = performance.now() - begun - deadlines.connectMs
      const known =
        late > deadlines.graceMs ? overloaded('pool_wait', error) : explainedConnect(error)
      if (known.extensions['code'] === 'DATABASE_UNAVAILABLE') this.#outage.begin(error)
      throw known
    }
  }

  /**
   * Says that a connection went silent: those on which nothing was heard since are likely to be
   * silent too, and are replaced when they are asked for.
   */
  distrust(since: number): void {
    this.#distrustedBefore = Math.max(this.#distrustedBefore, since)
  }

  /** Says goodbye on every connection, and breaks off those that do not answer. */
  async close(): Promise<void> {
    setTimeout(() => {
      for (const connection of this.#open) breakOff(connection)
    }, deadlines.graceMs).unref()
    await this.#pool.end()
  }

  async #trusted(): Promise<pg.PoolClient> {
    for (;;) {
      const connection = await this.#pool.connect()
      if ((this.#heard.get(connection) ?? 0) >= this.#distrustedBefore) return connection
      breakOff(connection)
      connection.release(true)
    }
  }
}

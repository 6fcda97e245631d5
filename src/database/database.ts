import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { limits } from '../limits.ts'
import { Admission } from './admission.ts'
import { Breaker } from './breaker.ts'
import { Condition, type Tell } from './condition.ts'
import type { Connections } from './connections.ts'
import type { Deadlines } from './deadlines.ts'
import type { Identity, Service } from './identity.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { ConnectionPool } from './pool.ts'
import { countingPoolSize } from './pool-size.ts'
import { statementNames } from './prepared.ts'
import { Session } from './session.ts'

export interface DatabaseOptions {
  readonly url: string
  readonly poolSize: number
  /** Whether connections keep the plans of statements; yes unless told otherwise. */
  readonly prepareStatements?: boolean
  /** Those of a request unless told otherwise. */
  readonly deadlines?: Deadlines
}

/** The pools of one process. Nobody asks them anything but through a session. */
export class Database {
  readonly #pool: ConnectionPool
  readonly #counting: ConnectionPool
  readonly #clients = new WeakMap<pg.PoolClient, PrismaClient>()
  readonly #connections: Connections
  readonly #outage: Condition
  readonly #uncounted: Breaker
  #lastMoment = Infinity
  /** Connections that were closed because Postgres did not answer on them. */
  silent = 0

  constructor(options: DatabaseOptions, tell: Tell) {
    this.#outage = new Condition(tell, {
      begins: 'the database is unavailable',
      ends: 'the database is available again',
    })
    this.#uncounted = new Breaker(
      new Condition(tell, {
        begins: 'a rate limit cannot be checked; calls are allowed',
        ends: 'rate limits are checked again',
      }),
    )
    this.#pool = new ConnectionPool(options.url, options.poolSize, this.#outage)
    this.#pool.onRemove((connection) => void this.#clients.get(connection)?.$disconnect())
    this.#counting = new ConnectionPool(
      options.url,
      countingPoolSize(options.poolSize),
      this.#outage,
    )
    this.#connections = {
      pool: this.#places(this.#pool),
      counting: this.#places(this.#counting),
      searching: new Admission(limits.search.atOnce, limits.search.mostWaiting),
      deadlines: options.deadlines ?? limits.deadlines.request,
      lastMoment: () => this.#lastMoment,
      prisma: (connection) => this.#prismaOf(connection),
      prepared: statementNames(options.prepareStatements ?? true),
      queue: new KeyedQueue(),
      uncounted: this.#uncounted,
      outage: this.#outage,
      readOnly: new Condition(tell, {
        begins: 'the database is read-only',
        ends: 'the database accepts writes again',
      }),
    }
  }

  /**
   * The only way in: everything that goes through this session is asked as this identity.
   * @param since when the request began that the session is for; now, unless told otherwise
   */
  as<Who extends Identity>(identity: Who, since?: number): Session<Who> {
    return new Session(identity, this.#connections, since)
  }

  /**
   * A session of its own pool, for asking how the database is: where nobody waits behind the
   * requests.
   */
  get probe(): Session<Service> {
    return this.beside('readiness')
  }

  /**
   * A session of the pool that counts calls, as a service of ours: for what goes on beside the
   * requests.
   * @param name of what it is for
   */
  beside(name: string): Session<Service> {
    const { counting } = this.#connections
    return new Session({ kind: 'service', name }, { ...this.#connections, pool: counting })
  }

  /** Connections open, idle and waited for: gauges of the metrics. */
  get load(): { open: number; idle: number; waiting: number } {
    return this.#pool.load
  }

  /** False from the moment in which no connection could be made until one can. */
  get isUp(): boolean {
    return !this.#outage.lasts
  }

  /** Whether the last write was refused because Postgres takes none. */
  get isReadOnly(): boolean {
    return this.#connections.readOnly.lasts
  }

  /** Calls that were allowed because the rate limit could not be checked. */
  get uncounted(): number {
    return this.#uncounted.leftOut
  }

  /**
   * Sets all requests a last moment, so many milliseconds from now, whatever their deadlines say.
   */
  hurry(ms: number): void {
    this.#lastMoment = performance.now() + ms
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#counting.close()])
  }

  #places(pool: ConnectionPool): Connections['pool'] {
    return {
      connect: (patience) => pool.connect(patience),
      distrust: (since) => {
        this.silent++
        pool.distrust(since)
      },
    }
  }

  /**
   * One Prisma Client a connection, kept with it. A client collects the look-ups of one tick and
   * sends them together, whoever asked: shared by two connections, it would answer one person as
   * another. Making one costs some 5 ms.
   */
  #prismaOf(connection: pg.PoolClient): PrismaClient {
    const client =
      this.#clients.get(connection) ??
      new PrismaClient({ adapter: new PrismaPg(new OneConnection(connection)) })
    this.#clients.set(connection, client)
    return client
  }
}

/**
 * Looks like a pool to Prisma, and sends everything to one connection: into the transaction that is
 * open there.
 */
class OneConnection extends pg.Pool {
  override readonly query: pg.Pool['query']

  constructor(connection: pg.PoolClient) {
    super()
    this.query = connection.query.bind(connection)
  }

  override connect(): Promise<never> {
    throw new Error(
      'The session opens the transactions: Prisma Client must not begin one of its own.',
    )
  }
}

/**
 * Opens the pool; nothing connects before the first statement.
 * @param tell where it is written down when the database goes away and comes back
 */
export function openDatabase(options: DatabaseOptions, tell: Tell = () => undefined): Database {
  return new Database(options, tell)
}

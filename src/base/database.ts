import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { Door } from './door.ts'
import type { Identity } from './identity.ts'
import { countingPoolSize } from './pool-size.ts'
import { statementNames } from './prepared.ts'
import { Turns } from './turns.ts'

export interface DatabaseOptions {
  readonly url: string
  readonly poolSize: number
  /** Whether connections keep the plans of statements; yes unless told otherwise. */
  readonly prepareStatements?: boolean
}

/** The pools of one process. Nobody asks them anything but through a door. */
export class Database {
  readonly #pool: pg.Pool
  readonly #counting: pg.Pool
  readonly #clients = new WeakMap<pg.PoolClient, PrismaClient>()
  readonly #turns = new Turns()
  readonly #prepared: ReturnType<typeof statementNames>

  constructor(options: DatabaseOptions, onIdleError: (error: Error) => void) {
    const open = (max: number) => openPool(options.url, max, onIdleError)
    this.#pool = open(options.poolSize)
    this.#prepared = statementNames(options.prepareStatements ?? true)
    this.#pool.on('remove', (connection) => void this.#clients.get(connection)?.$disconnect())
    this.#counting = open(countingPoolSize(options.poolSize))
  }

  /** The only way in: everything that goes through this door is asked as this identity. */
  as<Who extends Identity>(identity: Who): Door<Who> {
    return new Door(identity, {
      connect: () => this.#pool.connect(),
      connectToCount: () => this.#counting.connect(),
      prisma: (connection) => this.#prismaOf(connection),
      prepared: this.#prepared,
      turns: this.#turns,
    })
  }

  /** Connections open, idle and waited for: gauges of the metrics. */
  get load(): { open: number; idle: number; waiting: number } {
    return {
      open: this.#pool.totalCount,
      idle: this.#pool.idleCount,
      waiting: this.#pool.waitingCount,
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#counting.end()])
  }

  /**
   * One Prisma Client a connection, kept with it. A client collects the look-ups of one tick and sends them together,
   * whoever asked: shared by two connections, it would answer one person as another. Making one costs some 5 ms.
   */
  #prismaOf(connection: pg.PoolClient): PrismaClient {
    const client =
      this.#clients.get(connection) ??
      new PrismaClient({ adapter: new PrismaPg(new OneConnection(connection)) })
    this.#clients.set(connection, client)
    return client
  }
}

function openPool(url: string, max: number, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    // A packet does not wait for the answer to the one before it, nor does Prisma Client for `begin` (see FACTS on pipelining).
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'connections',
  })
  // Unheard, a connection that breaks would end the process: while it is idle, and from its first moment in our hands,
  // when the statement that waits fails, or the next one, and that is enough said.
  pool.on('error', onIdleError)
  pool.on('connect', (connection) => connection.on('error', () => undefined))
  return pool
}

/** Looks like a pool to Prisma, and sends everything to one connection: into the transaction that is open there. */
class OneConnection extends pg.Pool {
  override readonly query: pg.Pool['query']

  constructor(connection: pg.PoolClient) {
    super()
    this.query = connection.query.bind(connection)
  }

  override connect(): Promise<never> {
    throw new Error('The door opens the transactions: Prisma Client must not begin one of its own.')
  }
}

/**
 * Opens the pool; nothing connects before the first statement.
 * @param onIdleError told of connections that break while nobody uses them; the pool replaces them by itself
 */
export function openDatabase(
  options: DatabaseOptions,
  onIdleError: (error: Error) => void = () => undefined,
): Database {
  return new Database(options, onIdleError)
}

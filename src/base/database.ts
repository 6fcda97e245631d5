import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { Door } from './door.ts'
import type { Identity } from './identity.ts'

/** Which connection the Prisma Client is to use: the one of the transaction that called it. */
const connectionOfThisCall = new AsyncLocalStorage<pg.PoolClient>()

/** Looks like a pool to Prisma, and sends everything to the connection of the surrounding transaction. */
class SurroundingTransaction extends pg.Pool {
  override readonly query = ((...query: Parameters<pg.PoolClient['query']>) => {
    const connection = connectionOfThisCall.getStore()
    if (connection === undefined) throw new Error('Prisma Client was called outside of `Sql.prisma`.')
    return connection.query(...query)
  }) as pg.Pool['query']

  override connect(): Promise<never> {
    throw new Error('The door opens the transactions: Prisma Client must not begin one of its own.')
  }
}

/** The pool of one process. Nobody asks it anything but through a door. */
export class Database {
  readonly #pool: pg.Pool
  readonly #prisma = new PrismaClient({ adapter: new PrismaPg(new SurroundingTransaction()) })

  constructor(options: { url: string; poolSize: number }, onIdleError: (error: Error) => void) {
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      // Statements that wait for nothing of each other go out together, behind `begin` (see FACTS on pipelining).
      pipeline: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'connections',
    })
    // Without a listener, a connection that breaks while idle would end the process.
    this.#pool.on('error', onIdleError)
  }

  /** The only way in: everything that goes through this door is asked as this identity. */
  as<Who extends Identity>(identity: Who): Door<Who> {
    return new Door(identity, {
      connect: () => this.#pool.connect(),
      prisma: (connection, work) => connectionOfThisCall.run(connection, async () => await work(this.#prisma)),
    })
  }

  /** Connections open, idle and waited for: gauges of the metrics. */
  get load(): { open: number; idle: number; waiting: number } {
    return { open: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount }
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect()
    await this.#pool.end()
  }
}

/**
 * Opens the pool; nothing connects before the first statement.
 * @param onIdleError told of connections that break while nobody uses them; the pool replaces them by itself
 */
export function openDatabase(
  options: { url: string; poolSize: number },
  onIdleError: (error: Error) => void = () => undefined,
): Database {
  return new Database(options, onIdleError)
}

import type { Context } from '@opentelemetry/api'
import type { PoolClient, QueryConfig } from 'pg'
import type { PrismaClient } from '../generated/prisma/client.ts'
import type { Statement } from './sql.ts'

/** What a transaction needs of the pool behind it. */
export interface Pooled {
  readonly prisma: (connection: PoolClient) => PrismaClient
  /** A statement as the driver takes it: with a name, if Postgres shall keep its plan. */
  readonly prepared: (statement: Statement) => QueryConfig
}

/** What one transaction is and how long it may take. */
export interface Terms {
  /** `begin` and what follows it. */
  readonly opening: readonly string[]
  /** Whether it only reads: then nobody waits for its commit. */
  readonly isRead: boolean
  readonly connect: () => Promise<PoolClient>
  /** The deadline of a statement that has none of its own, in milliseconds. */
  readonly statementMs: number
  /** How many milliseconds are left when it has its connection. */
  readonly left: () => number
  /** Told of a connection on which Postgres said nothing, and since when. */
  readonly silent: (since: number) => void
  /**
   * The operation's span, under which each message to Postgres has its own; null when nothing is
   * traced.
   */
  readonly traced: Context | null
}

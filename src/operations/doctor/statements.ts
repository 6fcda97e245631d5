import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openDatabase } from '../../database/database.ts'
import { sqlState } from '../../database/retry.ts'
import { sql } from '../../database/sql.ts'
import { failed, type Found, ok } from './finding.ts'
import type { Subject } from './subject.ts'

/**
 * Reads at once, and how often: behind a pooler, they change their connection to Postgres between
 * two reads.
 */
const [atOnce, rounds] = [5, 20]

/**
 * Milliseconds between two rounds, in which the commits of a round go out by themselves
 * (`late-commit.ts`): a pooler takes a connection back at its commit.
 */
const pauseMs = 10

/** Postgres does not know the statement by its name, or knows another one. */
const lost = ['26000', '42P05', '08P01']

/**
 * Whether reads go through as the service sends them: by its own pool, with the statements that it
 * prepares.
 */
export async function checkStatements(subject: Subject): Promise<Found> {
  const { databaseUrl, prepareStatements } = subject
  if (databaseUrl === null) throw new Error('There is no database URL.')
  const database = openDatabase({ url: databaseUrl, poolSize: atOnce, prepareStatements })
  try {
    const failures: unknown[] = []
    for (let round = 0; round < rounds; round++) {
      // Each round begins its transactions in another order.
      const readers = Array.from({ length: atOnce }, (_, place) => (place * (round + 1)) % atOnce)
      const reads = await Promise.allSettled(readers.map((reader) => read(database, reader)))
      failures.push(
        ...reads.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
      )
      await pause(pauseMs)
    }
    const all = atOnce * rounds
    if (failures.length === 0)
      return ok(
        prepareStatements
          ? `${all} reads with prepared statements went through`
          : `${all} reads went through; statements are not prepared`,
      )
    const others = failures.filter((error) => !lost.includes(sqlState(error) ?? ''))
    if (others.length > 0) throw others[0]
    return failed(
      `${failures.length} of ${all} reads failed: a pooler such as PgBouncer loses prepared statements`,
      'set DATABASE_PREPARE_STATEMENTS=false, or configure the pooler to keep them (PgBouncer 1.21 or newer: max_prepared_statements = 500)',
    )
  } finally {
    await database.close()
  }
}

async function read(database: Database, reader: number): Promise<void> {
  const session = database.as({ kind: 'service', name: 'doctor' })
  try {
    await session.read.rows(`doctor.${reader}`, sql`select ${reader}::int as reader`)
    await session.read.rows(`doctor.again.${reader}`, sql`select ${reader}::int as again`)
  } finally {
    await session.finish()
  }
}

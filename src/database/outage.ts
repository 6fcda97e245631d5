import { GraphQLError } from 'graphql'
import { databaseUnavailable, overloaded, type RetryableReason } from '../graphql/errors.ts'
import { sqlState } from './retry.ts'

/** What Postgres says when it gave up because too much was going on (Appendix A of its manual). */
const overload: Readonly<Record<string, RetryableReason>> = {
  '55P03': 'lock',
  '40001': 'conflict',
  '40P01': 'conflict',
  '57014': 'statement',
  '25P04': 'transaction',
  '53300': 'connections',
}

/**
 * Codes of the operating system, of Prisma Client, and of Postgres when it goes away or is not
 * there yet.
 */
const away =
  /^(ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|P1001|P1002|P1008|P1017|08\w{3}|57P0\d|25P03)$/

/** The driver's own errors have no code. */
const brokenOff = /^(Connection terminated|timeout expired|Client (was closed|has encountered))/

/**
 * A failure of the database as the client may know it: overload and outages become errors that can
 * be tried again; everything else stays what it is.
 */
export function explained(error: unknown): Error {
  if (error instanceof GraphQLError) return error
  const code = sqlState(error) ?? ''
  const reason = overload[code]
  if (reason !== undefined) return overloaded(reason, error)
  const isAway = away.test(code) || (error instanceof Error && brokenOff.test(error.message))
  if (isAway) return databaseUnavailable('unreachable', error)
  return error instanceof Error ? error : new Error(String(error))
}

/** A failure to connect at all: whatever Postgres says, nobody can be answered. */
export function explainedConnect(error: unknown): GraphQLError {
  const known = explained(error)
  return known instanceof GraphQLError ? known : databaseUnavailable('unreachable', known)
}

/**
 * Whether a write failed because this database takes none: a standby, or one that was set to read
 * only.
 */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006'
}

import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError } from 'graphql'

/**
 * Postgres took back a transaction that can go through if it comes again: serialization failure,
 * deadlock, a lock held too long.
 */
export function isWorthRetrying(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01' || code === '55P03'
}

/** In milliseconds. */
const longestPause = 200

/**
 * Waits longer before each attempt, and never twice the same, so that two that collided do not
 * collide again.
 */
export async function pauseBefore(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(10 * 2 ** attempt, longestPause))
}

/**
 * The SQLSTATE of a failed statement, whether `pg` or Prisma Client reports it, also when it was
 * explained to the client (`database/outage.ts`); the driver's own code for what never reached
 * Postgres; undefined for anything else.
 */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if (error instanceof GraphQLError) return sqlState(error.originalError)
  const { code, meta } = error as ReportedByPg & ReportedByPrisma
  return meta?.driverAdapterError?.cause?.originalCode ?? code
}

/** The name of the constraint that a statement would have broken; undefined for anything else. */
export function violatedConstraint(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { constraint, meta } = error as ReportedByPg & ReportedByPrisma
  return meta?.driverAdapterError?.cause?.constraint?.index ?? constraint
}

interface ReportedByPg {
  readonly code?: string
  readonly constraint?: string
}

/**
 * Its own `code`, such as P2034, says too little: one stands for a deadlock, another for any raw
 * statement that failed.
 */
interface ReportedByPrisma {
  readonly meta?: {
    readonly driverAdapterError?: {
      readonly cause?: {
        readonly originalCode?: string
        readonly constraint?: { readonly index?: string }
      }
    }
  }
}

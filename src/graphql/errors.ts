import { GraphQLError } from 'graphql'
import { limits } from '../limits.ts'
import { notUuid } from './ids.ts'

/**
 * The request is not one we can answer: top-level `BAD_USER_INPUT`. The message is for the
 * developer who sent it.
 */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

/** @param argument what should be the id, such as `pairs[17].actorId` */
export function invalidId(argument: string): GraphQLError {
  return badUserInput(`\`${argument}\` ${notUuid}`)
}

/** @throws BAD_USER_INPUT for a list that is longer than an argument may be */
export function requireAtMost(most: number, argument: string, given: readonly unknown[]): void {
  if (given.length > most) throw badUserInput(`\`${argument}\` ${tooMany(most, given.length)}`)
}

/** What is wrong with a list that is too long, to stand behind the name of the argument. */
export function tooMany(most: number, length: number): string {
  return `may have at most ${most} entries (got ${length}).`
}

/** Nobody is signed in, and this needs somebody: top-level `UNAUTHENTICATED`. */
export function unauthenticated(message = 'Sign in to do this.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } })
}

/** The one who asks may not have this: top-level `FORBIDDEN`. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } })
}

/**
 * A read that was asked too often: top-level `RATE_LIMITED`, with the moment from which it passes
 * again.
 */
export function rateLimited(message: string, retryAt: Date | null): GraphQLError {
  const extensions = { code: 'RATE_LIMITED', retryAt: retryAt?.toISOString() ?? null }
  return new GraphQLError(message, { extensions })
}

/**
 * Why a request was refused or given up although it may be tried again, by code: for the metrics,
 * not for the client.
 */
export const retryableReasons = {
  OVERLOADED: [
    'pool_full',
    'pool_wait',
    'turn',
    'lock',
    'conflict',
    'statement',
    'transaction',
    'request',
    'connections',
    'streams',
    'restart',
  ],
  DATABASE_UNAVAILABLE: ['unreachable', 'silent', 'read_only'],
} as const

type Reasons = typeof retryableReasons

export type RetryableReason = Reasons[keyof Reasons][number]

/**
 * There is more to do than can be done in time: top-level `OVERLOADED`, with the seconds after
 * which to try again.
 */
export function overloaded(reason: RetryableReason, cause?: unknown): GraphQLError {
  return retryable('OVERLOADED', 'The service is overloaded. Try again later.', reason, cause)
}

/** A stream ends because its process does: top-level `OVERLOADED`, to subscribe again elsewhere. */
export function restarting(): GraphQLError {
  return retryable('OVERLOADED', 'The service is restarting. Subscribe again.', 'restart', null)
}

/**
 * Postgres is down, starting, read-only or silent: top-level `DATABASE_UNAVAILABLE`, which may be
 * tried again.
 */
export function databaseUnavailable(reason: RetryableReason, cause?: unknown): GraphQLError {
  return retryable(
    'DATABASE_UNAVAILABLE',
    'The database is unavailable. Try again later.',
    reason,
    cause,
  )
}

function retryable(
  code: keyof typeof limits.overload.retryAfter,
  message: string,
  reason: RetryableReason,
  cause: unknown,
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, retryAfter: limits.overload.retryAfter[code], reason },
    ...(cause instanceof Error && { originalError: cause }),
  })
}

import { randomUUID } from 'node:crypto'
import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** What may leave as it is: errors we mean, and Apollo's own about the document that was sent. */
const outspoken = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'OVERLOADED',
  'DATABASE_UNAVAILABLE',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

/** The code of every unexpected error. */
const unexpected = 'INTERNAL_SERVER_ERROR'

/** Every code that a top-level error may leave with. */
export const outgoingCodes: readonly string[] = [...outspoken, unexpected]

/**
 * Where unexpected errors are logged: once each, with an id that the client gets too.
 * @param failed the error as the executor has it, around the one that is reported
 */
type ReportUnexpected = (error: Error, errorId: string, failed: unknown) => void

/**
 * Where answers that may be tried again are counted: each failure once, however many fields it
 * failed.
 */
type CountRetryable = (code: string, reason: string) => void

/**
 * The one gate for errors that leave the service. What we mean keeps its message and its code and
 * loses everything else; an unexpected error is reported once, however many fields it failed, and
 * leaves as an id.
 */
export function outgoingErrors(report: ReportUnexpected, count: CountRetryable = () => undefined) {
  const ids = new WeakMap<object, string>()
  const counted = new WeakSet()
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { code, retryAt, retryAfter, reason } = formatted.extensions ?? {}
    const { message, locations, path } = formatted
    const place = { ...(locations && { locations }), ...(path && { path }) }
    const cause = causeOf(error)
    if (typeof code === 'string' && outspoken.has(code)) {
      if (typeof reason === 'string' && !counted.has(cause)) count(code, reason)
      if (typeof reason === 'string') counted.add(cause)
      const when = {
        ...(retryAt !== undefined && { retryAt }),
        ...(retryAfter !== undefined && { retryAfter }),
      }
      return { message, ...place, extensions: { code, ...when } }
    }
    const errorId = ids.get(cause) ?? randomUUID()
    if (!ids.has(cause)) {
      ids.set(cause, errorId)
      report(cause, errorId, error)
    }
    return {
      message: 'Unexpected error. Include the errorId when you report it.',
      ...place,
      extensions: { code: unexpected, errorId },
    }
  }
}

function causeOf(error: unknown): Error {
  const cause = unwrapResolverError(error)
  if (cause instanceof GraphQLError && cause.originalError !== undefined) return cause.originalError
  return cause instanceof Error ? cause : new Error(String(cause))
}

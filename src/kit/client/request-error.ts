import type { ConnectionsErrorCode } from '../generated/operations.ts'

/** Codes of requests that got no answer of the graph. */
export type TransportCode =
  /** Nobody answered: offline, refused, reset, or stopped by CORS. */
  | 'NETWORK_ERROR'
  /** No answer in the time of the client. */
  | 'TIMEOUT'
  /** `getToken` has thrown; its error is the `cause`. */
  | 'TOKEN_UNAVAILABLE'
  /** Something answered that is not GraphQL, such as an error page of a proxy. */
  | 'BAD_RESPONSE'

/** Codes of the graph beside refusals. A gateway can add its own. */
export type GraphCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'OVERLOADED'
  | 'DATABASE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'

/** Every code that is known by name; handle others, too. */
export type ErrorCode =
  | ConnectionsErrorCode
  | GraphCode
  | TransportCode
  // Keeps the names above in the editor's suggestions.
  | (string & Record<never, never>)

interface Details {
  readonly code: ErrorCode
  readonly refused?: boolean
  readonly status?: number | null
  readonly retryAfter?: number | null | undefined
  readonly retryAt?: string | null | undefined
  readonly path?: readonly (string | number)[] | null | undefined
  readonly cause?: unknown
}

const temporary = ['OVERLOADED', 'DATABASE_UNAVAILABLE', 'NETWORK_ERROR', 'TIMEOUT']

/** A request that was refused or got no answer. Nothing in it repeats a token. */
export class ConnectionsRequestError extends Error {
  override readonly name = 'ConnectionsRequestError'
  /** The reason, for programs. Show a text of your own for each. */
  declare readonly code: ErrorCode
  /**
   * Whether the verb was refused (`userErrors`): an expected answer, for the person to read.
   * Nothing was changed.
   */
  declare readonly refused: boolean
  /** The HTTP status; null without an answer. */
  declare readonly status: number | null
  /** After how many seconds the service asks to try again; null when it does not say. */
  declare readonly retryAfter: number | null
  /** When a refused verb can work again, in ISO 8601; null if waiting does not help. */
  declare readonly retryAt: string | null
  /** The argument or field to blame; null when it is the request as a whole. */
  declare readonly path: readonly (string | number)[] | null

  constructor(
    message: string,
    {
      cause,
      refused = false,
      status = null,
      retryAfter = null,
      retryAt = null,
      path = null,
      ...details
    }: Details,
  ) {
    super(message, { cause })
    Object.assign(this, { refused, status, retryAfter, retryAt, path }, details)
  }

  /** Whether the same request may succeed in a moment. */
  get retryable(): boolean {
    return temporary.includes(this.code) || [502, 503, 504].includes(this.status ?? 0)
  }
}

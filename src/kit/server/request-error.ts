/** What went wrong before an answer could be read, beside the codes of the service. */
export type TransportCode =
  /** Nobody answered: refused, reset, or no such host. */
  | 'NETWORK_ERROR'
  /** No answer in the time of the client, with all that was tried again. */
  | 'TIMEOUT'
  /** The function that gives tokens has thrown; its error is the `cause`. */
  | 'TOKEN_UNAVAILABLE'
  /** Something answered that is not GraphQL, such as an error page of a proxy. */
  | 'BAD_RESPONSE'

interface Details {
  readonly code: string
  readonly status?: number | null
  readonly requestId?: string | null
  readonly path?: readonly (string | number)[] | null
  readonly attempts?: number
  readonly cause?: unknown
}

/**
 * A request that was refused, or that failed however often it was tried. Nothing in it repeats a
 * secret or a token.
 */
export class ConnectionsRequestError extends Error {
  /**
   * A code of the service (`UNAUTHENTICATED`, `BAD_USER_INPUT`, `OVERLOADED` …), or a
   * `TransportCode`.
   */
  readonly code: string
  /** The HTTP status; null without an answer. */
  readonly status: number | null
  /** By which the service's log names the request; null without an answer. */
  readonly requestId: string | null
  /** The field or argument to blame; null when it is the request as a whole. */
  readonly path: readonly (string | number)[] | null
  /** How often the request was sent. */
  readonly attempts: number

  constructor(message: string, { code, status, requestId, path, attempts, cause }: Details) {
    const request = requestId == null ? '' : `, request ${requestId}`
    super(`${message} (${code}${request})`, cause === undefined ? {} : { cause })
    this.name = 'ConnectionsRequestError'
    this.code = code
    this.status = status ?? null
    this.requestId = requestId ?? null
    this.path = path ?? null
    this.attempts = attempts ?? 1
  }
}

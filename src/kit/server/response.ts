import { ConnectionsRequestError } from './request-error.ts'

/** An error of GraphQL, as it comes. */
export interface ResponseError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly retryAfter?: number }
}

/**
 * A good answer; or why there is none, and after how many milliseconds to try again (null: not at
 * all).
 */
export type Outcome =
  | { readonly data: unknown }
  | { readonly failure: ConnectionsRequestError; readonly retryAfterMs: number | null }

/** Codes of failures that the service asks to try again. */
const retryable = new Set(['OVERLOADED', 'DATABASE_UNAVAILABLE'])

/** Statuses by which a proxy or the service says that it cannot answer now. */
const retryableStatuses = new Set([502, 503, 504])

/**
 * Judges an answer. What was refused (a bad secret, a bad token, an argument) stays refused; what
 * failed for want of time, or of the database, may be tried again.
 * @param tolerates whether the data says enough without this error
 */
export async function judge(
  response: Response,
  attempts: number,
  tolerates: (error: ResponseError) => boolean,
): Promise<Outcome> {
  const { status, headers } = response
  const body = read(await response.text())
  const errors = (body?.errors ?? []).filter((error) => !tolerates(error))
  const [first] = errors
  if (first === undefined && response.ok && body?.data != null) return { data: body.data }
  const again = errors.find(({ extensions }) => retryable.has(extensions?.code ?? ''))
  const blamed = again ?? first
  const seconds = blamed?.extensions?.retryAfter ?? secondsIn(headers.get('retry-after')) ?? 0
  const failure = new ConnectionsRequestError(
    `connections: ${blamed?.message ?? `HTTP status ${status}`}`,
    {
      code: blamed?.extensions?.code ?? 'BAD_RESPONSE',
      status,
      requestId: headers.get('x-request-id'),
      path: blamed?.path ?? null,
      attempts,
    },
  )
  const mayRetry = again !== undefined || retryableStatuses.has(status)
  return { failure, retryAfterMs: mayRetry ? seconds * 1_000 : null }
}

interface Body {
  readonly data?: unknown
  readonly errors?: readonly ResponseError[]
}

/** Null for a body that is not GraphQL's. */
function read(text: string): Body | null {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return null
    const { data, errors } = body as { data?: unknown; errors?: unknown }
    return { data, ...(Array.isArray(errors) && { errors: errors as ResponseError[] }) }
  } catch {
    return null
  }
}

/** Seconds of a `Retry-After`, which may also be a date; null without one. */
function secondsIn(header: string | null): number | null {
  if (header === null) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1_000)
}

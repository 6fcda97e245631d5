import { ConnectionsRequestError } from './request-error.ts'

/** An error of GraphQL, as it comes. */
interface GraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: {
    readonly code?: string
    readonly retryAfter?: number
    readonly retryAt?: string
  }
}

/** An answer of GraphQL, as it comes. */
export interface Answer {
  readonly data?: unknown
  readonly errors?: readonly GraphError[]
}

/**
 * The data of an answer over HTTP.
 * @throws ConnectionsRequestError for an answer with errors, or without GraphQL
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const { status } = response
  const answer = (await response.json().catch((error: unknown) => {
    // No JSON is an answer, too; an answer that breaks off is none.
    if (error instanceof SyntaxError) return null
    throw error
  })) as Answer | null
  if (answer?.data ?? answer?.errors) return dataOf(answer, status)
  throw new ConnectionsRequestError(`HTTP status ${status}`, {
    code: status === 401 ? 'UNAUTHENTICATED' : 'BAD_RESPONSE',
    status,
    retryAfter: Number(response.headers.get('retry-after')) || undefined,
  })
}

/**
 * The data of an answer.
 * @throws ConnectionsRequestError for an answer with errors, also when there is data beside them
 */
export function dataOf({ data, errors = [] }: Answer, status = 200): unknown {
  const error = errors.find((each) => !concernsOneItem(each))
  if (error === undefined) return data
  const { message, path, extensions = {} } = error
  throw new ConnectionsRequestError(message, {
    code: extensions.code ?? (status === 400 ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR'),
    status,
    path,
    retryAfter: extensions.retryAfter,
    retryAt: extensions.retryAt,
  })
}

/** An id of a list that is none: its item is null, and the others are good. */
function concernsOneItem({ path, extensions }: GraphError): boolean {
  return extensions?.code === 'BAD_USER_INPUT' && typeof path?.[1] === 'number'
}

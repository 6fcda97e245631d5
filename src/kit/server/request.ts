import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionsRequestError } from './request-error.ts'
import { judge, type Outcome, type ResponseError } from './response.ts'

/** How requests reach the service. */
export interface Transport {
  readonly url: string
  readonly secret: string
  readonly token: () => string | Promise<string>
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  readonly retries: number
}

/** One request: an operation with its variables. */
export interface Operation {
  readonly query: string
  readonly variables: object
  readonly signal?: AbortSignal | undefined
  /** Errors beside which the data says enough. */
  readonly tolerates?: (error: ResponseError) => boolean
}

/** The wait before the first retry where the service says nothing; doubled before each one more. */
const firstWaitMs = 100

/**
 * Sends an operation until it is answered, refused, has been tried often enough, or would not be
 * answered in time.
 * @returns the data of the answer
 * @throws ConnectionsRequestError, or the reason of the caller's signal when that was aborted
 */
export async function send(transport: Transport, operation: Operation): Promise<unknown> {
  const until = performance.now() + transport.timeoutMs
  const deadline = AbortSignal.timeout(transport.timeoutMs)
  const { signal } = operation
  const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
  let last: ConnectionsRequestError | undefined
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(transport, operation, ended, attempts)
    signal?.throwIfAborted()
    if (deadline.aborted) throw timedOut(transport, attempts, last)
    if ('data' in outcome) return outcome.data
    last = outcome.failure
    if (outcome.retryAfterMs === null || attempts > transport.retries) throw last
    const wait = waitBefore(attempts, outcome.retryAfterMs)
    // A retry that would come too late is not waited for.
    if (performance.now() + wait >= until) throw last
    await sleep(wait, undefined, { signal: ended }).catch(() => undefined)
    signal?.throwIfAborted()
  }
}

/**
 * As long as the service asks for, or twice as long each time; and up to half as much again, so
 * that clients spread.
 */
function waitBefore(retry: number, retryAfterMs: number): number {
  const least = Math.max(retryAfterMs, firstWaitMs * 2 ** (retry - 1))
  return least * (1 + Math.random() / 2)
}

async function attempt(
  { url, secret, token, fetch, timeoutMs }: Transport,
  { query, variables, tolerates = () => false }: Operation,
  ended: AbortSignal,
  attempts: number,
): Promise<Outcome> {
  const bearer = await orEnded(token, ended).catch((cause: unknown) => {
    throw new ConnectionsRequestError('connections: no service token', {
      code: ended.aborted ? 'TIMEOUT' : 'TOKEN_UNAVAILABLE',
      attempts,
      cause,
    })
  })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        'x-gateway-secret': secret,
        authorization: `Bearer ${bearer}`,
      },
      body: JSON.stringify({ query, variables }),
      // The secret is for this address only.
      redirect: 'error',
      signal: ended,
    })
    return await judge(response, attempts, tolerates)
  } catch (cause) {
    const code = ended.aborted ? 'TIMEOUT' : 'NETWORK_ERROR'
    const words = ended.aborted ? `no answer in ${timeoutMs} ms` : 'nobody answers'
    const failure = new ConnectionsRequestError(`connections: ${words}`, { code, attempts, cause })
    return { failure, retryAfterMs: 0 }
  }
}

function timedOut(
  { timeoutMs }: Transport,
  attempts: number,
  cause: ConnectionsRequestError | undefined,
): ConnectionsRequestError {
  const words = `connections: no answer in ${timeoutMs} ms`
  return new ConnectionsRequestError(words, { code: 'TIMEOUT', attempts, cause })
}

/** Waits for the token no longer than for the answer. */
async function orEnded(token: () => string | Promise<string>, ended: AbortSignal): Promise<string> {
  ended.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const end = () => {
    reject(ended.reason as Error)
  }
  ended.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([token(), promise])
  } finally {
    ended.removeEventListener('abort', end)
  }
}

import { readAnswer } from './answer.ts'
import type { Document } from './document.ts'
import { ConnectionsRequestError } from './request-error.ts'

export interface ConnectionsClientOptions {
  /** Of the gateway, such as `https://api.example.com/graphql`. */
  readonly url: string | URL
  /**
   * Who is signed in: their id, or another text that differs between people. It is part of every
   * key, so that two people on one device never see each other's answers. Null for nobody.
   */
  readonly viewer: string | null
  /**
   * Gives the token of the signed-in person. Called for each request, so it should keep one.
   * `refresh` is true after a token was refused: then get a new one. Null sends none.
   */
  readonly getToken?: (options: {
    readonly refresh: boolean
  }) => string | null | Promise<string | null>
  /** More headers for each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** `fetch` of the platform, unless told. */
  readonly fetch?: typeof fetch
  /** How long one request may take; 15,000 unless told. */
  readonly timeoutMs?: number
  /** The `TYPE_PREFIX` of the service, where it has one. */
  readonly typePrefix?: string
}

export interface CallOptions {
  /** Ends the call; it then throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /** True while the page is being left: the request outlives it, and `close`, too. */
  readonly keepalive?: boolean | undefined
}

/** Asks the graph as one person. Make a new one when somebody else signs in. */
export interface ConnectionsClient {
  readonly viewer: string | null
  /**
   * Sends an operation once, and once more with a new token when the first was refused.
   * @throws ConnectionsRequestError when there is no good answer
   */
  request<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: CallOptions,
  ): Promise<Data>
  /** Aborted when the client is closed. */
  readonly closed: AbortSignal
  /** Ends everything that is under way. Later requests fail. */
  close(): void
}

/** How `openStream` asks. */
interface StreamOptions extends CallOptions {
  readonly accept?: string
  /** Reads something else than the data of an answer. What it reads has no end in time. */
  readonly read?: (response: Response) => Promise<unknown>
  readonly refresh?: boolean | undefined
}

/** Makes a client; it sends nothing until it is asked something. */
export function createConnectionsClient({
  url,
  viewer,
  getToken,
  headers,
  timeoutMs = 15_000,
  typePrefix = '',
  ...options
}: ConnectionsClientOptions): ConnectionsClient {
  const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request))
  const closing = new AbortController()
  let refreshing: Promise<string | null> | null = null

  const isClosed = () => closing.signal.aborted
  let latest: string | null = null
  const tokenOf = async (refresh: boolean) => {
    // Whom `getToken` knows after this may be somebody else.
    if (isClosed()) return latest
    try {
      const token = (await getToken?.({ refresh })) ?? null
      if (!isClosed()) latest = token
      return latest
    } catch (cause) {
      throw new ConnectionsRequestError('no token', { code: 'TOKEN_UNAVAILABLE', cause })
    }
  }
  /** One new token for all requests that were refused at the same time. */
  const newToken = () =>
    (refreshing ??= tokenOf(true).finally(() => {
      refreshing = null
    }))

  const request = async (
    document: string,
    variables: unknown,
    {
      signal,
      keepalive = false,
      accept = 'application/graphql-response+json, application/json;q=0.9',
      read,
      refresh = false,
    }: StreamOptions = {},
  ): Promise<unknown> => {
    const timeout = read ? undefined : AbortSignal.timeout(timeoutMs)
    const close = keepalive ? undefined : closing.signal
    const ends = [close, signal, timeout].filter((end) => end !== undefined)
    const attempt = async (token: string | null) => {
      try {
        const response = await send(url, {
          method: 'POST',
          headers: {
            ...headers,
            accept,
            'content-type': 'application/json',
            ...(token !== null && { authorization: `Bearer ${token}` }),
          },
          // Where the name of a type of ours stands, see kit-documents.ts.
          body: JSON.stringify({ query: document.replaceAll('~', typePrefix), variables }),
          signal: AbortSignal.any(ends),
          keepalive,
        })
        return await (read ?? readAnswer)(response)
      } catch (cause) {
        const isLeft = close?.aborted === true || signal?.aborted === true
        if (isLeft || cause instanceof ConnectionsRequestError) throw cause
        const code = timeout?.aborted === true ? 'TIMEOUT' : 'NETWORK_ERROR'
        throw new ConnectionsRequestError('no answer', { code, cause })
      }
    }

    const token = await (refresh ? newToken() : tokenOf(false))
    try {
      return await attempt(token)
    } catch (error) {
      const isRefused =
        error instanceof ConnectionsRequestError && error.code === 'UNAUTHENTICATED' && !refresh
      if (!isRefused) throw error
      // Another request may have a new token already.
      const present = await tokenOf(false)
      const next = present === token ? await newToken() : present
      if (next === null || next === token) throw error
      return attempt(next)
    }
  }

  return {
    viewer,
    request: request as ConnectionsClient['request'],
    closed: closing.signal,
    close: () => {
      closing.abort()
    },
  }
}

/**
 * Opens a stream of answers: a `Response` whose body is Server-Sent Events.
 * @param options with `refresh` after the token was refused
 * @throws ConnectionsRequestError when there is no stream
 */
export function openStream<Data>(
  client: ConnectionsClient,
  document: Document<Data, never>,
  options: CallOptions & { readonly refresh?: boolean },
): Promise<Response> {
  const how: StreamOptions = { ...options, accept: 'text/event-stream', read: asStream }
  return client.request<Response, object>(document as string, {}, how)
}

/** A stream that could not begin is answered as JSON. */
async function asStream(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true)
    return response
  await readAnswer(response)
  throw new ConnectionsRequestError('no stream', { code: 'BAD_RESPONSE', status: response.status })
}

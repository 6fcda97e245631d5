import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../src/database/database.ts'
import { dispatch as dispatchEvents } from '../../src/worker/dispatch.ts'
import { type Asker, gatewaySecret, type TestService } from './test-service.ts'

/** What a subscription was told, as a client sees it. */
export interface Told {
  // A test knows the shape that it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any
  readonly errors?: readonly { message: string; path?: unknown[]; extensions: { code: string } }[]
}

/** A subscription over Server-Sent Events. */
export interface Stream {
  readonly status: number
  readonly headers: Headers
  /** The next answer; null when the server has ended the stream. */
  next(): Promise<Told | null>
  /** Everything that has come so far, comments included. */
  text(): string
  /** Leaves, as a client that hangs up. */
  readonly close: () => void
}

/** What most tests subscribe to. */
export const changes = 'subscription { relationshipChanged { kind user { id } } }'

/** Asks for a stream, as a gateway does. */
export async function subscribe(
  app: Pick<TestService, 'server'>,
  who: Pick<Asker, 'token'>,
  query = changes,
  { variables = {}, headers = {} }: { variables?: object; headers?: Record<string, string> } = {},
): Promise<Stream> {
  const token = await who.token()
  const leaving = new AbortController()
  const response = await fetch(app.server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-gateway-secret': gatewaySecret,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  })
  return readStream(response, leaving)
}

/** Reads what comes as it comes. */
export function readStream(response: Response, leaving = new AbortController()): Stream {
  let text = ''
  let taken = 0
  let ended = false
  void (async () => {
    try {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    } catch {
      // The test has left, or the server was killed.
    }
    ended = true
  })()
  const next = async (): Promise<Told | null> => {
    for (;;) {
      const end = text.indexOf('\n\n', taken)
      if (end === -1) {
        if (ended) return null
        await sleep(5)
        continue
      }
      const block = text.slice(taken, end)
      taken = end + 2
      const [, data] = /^event: next\ndata: (.*)$/s.exec(block) ?? []
      if (data !== undefined) return JSON.parse(data) as Told
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    text: () => text,
    close: () => {
      leaving.abort()
    },
  }
}

/** Dispatches what waits in the outbox, as the worker does. */
export async function dispatch({ database: { workerUrl } }: Pick<TestService, 'database'>) {
  const database = openDatabase({ url: workerUrl, poolSize: 1 })
  await dispatchEvents(database.as({ kind: 'worker' }))
  await database.close()
}

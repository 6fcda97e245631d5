import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What the proxy does to one request instead of passing it on. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void

/** One request that came, and when. */
export interface Seen {
  readonly body: { readonly query: string; readonly variables: Record<string, unknown> }
  readonly headers: IncomingMessage['headers']
  readonly at: number
}

/**
 * A proxy before the service that does what a test tells it to the first requests, and passes the
 * others on.
 */
export async function startFaultyProxy(target: string, faults: Fault[] = []) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const text = Buffer.concat(parts).toString()
      const { headers } = request
      seen.push({ body: JSON.parse(text) as Seen['body'], headers, at: performance.now() })
      const fault = faults.shift()
      if (fault !== undefined) {
        fault(request, response)
        return
      }
      const names = ['accept', 'authorization', 'content-type', 'x-gateway-secret'] as const
      const kept = names.flatMap((name) => {
        const value = headers[name]
        return typeof value === 'string' ? [[name, value]] : []
      })
      const answer = await fetch(target, {
        method: 'POST',
        headers: Object.fromEntries(kept) as Record<string, string>,
        body: text,
      })
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
        'x-request-id': answer.headers.get('x-request-id') ?? '',
      })
      response.end(await answer.text())
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, seen, faults }
}

/**
 * The answer of a service that is short of something, as it comes to a client of GraphQL over HTTP.
 */
export function unavailable(code: string, retryAfter?: number, status = 503): Fault {
  return (_request, response) => {
    const extensions = { code, ...(retryAfter !== undefined && { retryAfter }) }
    response.writeHead(status, { 'content-type': 'application/graphql-response+json' })
    response.end(JSON.stringify({ errors: [{ message: 'Try again.', extensions }] }))
  }
}

/** Something that is not GraphQL. */
export function page(status: number, headers: Record<string, string> = {}): Fault {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>Sorry</h1>')
  }
}

/** Hangs up without an answer. */
export const hangUp: Fault = (request) => request.socket.destroy()

/** Never answers. */
export const sayNothing: Fault = () => undefined

import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { ExecutionResult } from 'graphql'
import { createHandler, type ResponseInit } from 'graphql-sse'
import { asErrors } from '../auth/authentication.ts'
import { type Authenticate, isRefusedCredentials } from '../auth/credentials.ts'
import { expiryOf } from '../auth/token-verifier.ts'
import type { LiveAnswers } from './live-answers.ts'
import { LiveStream } from './live-stream.ts'
import { requestOf } from './subscriber.ts'

/** The library's type, whose errors are not written yet. */
type Results = AsyncGenerator<ExecutionResult, undefined, undefined>

/** Writes to one client, a chunk after the other. */
interface Outlet {
  readonly response: ServerResponse
  /** The last chunk, until the client has taken it. */
  writing: Promise<void>
}

/**
 * Whether a request wants a stream. Clients that name one behind JSON, for answers in parts, want
 * JSON.
 */
export function wantsStream({ headers: { accept = '' } }: FastifyRequest): boolean {
  return /^(?:(?!json)[^])*text\/event-stream/i.test(accept)
}

/**
 * Answers subscriptions as Server-Sent Events, in the "distinct connections mode" of graphql-sse: a
 * request is a stream. A comment every 12 seconds keeps it open and finds clients that are gone.
 * Errors of the document stand in the stream; what is no subscription is a 405.
 * @param authenticate judges the credentials again, for each change
 */
export function eventStreams(live: LiveAnswers, authenticate: Authenticate): RouteHandlerMethod {
  const handle = createHandler<FastifyRequest, Outlet>({
    // Without a token there is no "single connection mode", which would need one process.
    authenticate: () => null,
    onSubscribe: async ({ raw: { identity, id, headers }, context: outlet }, request) => {
      const { authorization } = headers
      const stream = await live.open(
        {
          identity,
          id,
          headers,
          transport: 'sse',
          until: expiryOf(authorization),
          identify: async () => {
            const now = await authenticate({ secret: headers['x-gateway-secret'], authorization })
            return isRefusedCredentials(now) ? null : now
          },
          ready: () => outlet.writing,
        },
        requestOf(request),
      )
      if (stream instanceof LiveStream) return stream as Results
      const { status, result } = stream
      return status === 405
        ? [JSON.stringify(result), notAllowed]
        : (LiveStream.saying(result) as Results)
    },
  })
  return async (request, reply) => {
    const outlet: Outlet = { response: reply.raw, writing: Promise.resolve() }
    const [body, init] = await handle({
      method: request.method,
      url: request.url,
      headers: { get: (name) => headerOf(request, name) },
      body: request.body as never,
      raw: request,
      context: outlet,
    })
    if (body === null || typeof body === 'string') return refuse(reply, body, init)
    reply.hijack()
    await send(reply, outlet, body)
    return reply
  }
}

const json = 'application/json; charset=utf-8'
const notAllowed: ResponseInit = {
  status: 405,
  statusText: 'Method Not Allowed',
  headers: { allow: 'POST', 'content-type': json },
}

/** The library knows this one media type, alone. */
function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  return name === 'accept' ? 'text/event-stream' : [headers[name] ?? []].flat().join()
}

/** The library's own refusals have no code. */
function refuse(reply: FastifyReply, body: string | null, init: ResponseInit): FastifyReply {
  const { errors = [] } = JSON.parse(body ?? '{}') as {
    errors?: { message: string; extensions?: object }[]
  }
  const [error = { message: `${init.statusText}.` }] = errors
  const told = error.extensions === undefined ? asErrors('BAD_REQUEST', error.message) : { errors }
  return reply
    .code(init.status)
    .headers(init.headers ?? {})
    .type(json)
    .send(told)
}

/** Sends a stream until it ends, or the client goes. */
async function send(
  reply: FastifyReply,
  outlet: Outlet,
  chunks: AsyncGenerator<string, void, undefined>,
): Promise<void> {
  const { response } = outlet
  const isGone = () => response.destroyed
  if (isGone()) {
    await chunks.return(undefined)
    return
  }
  response.once('close', () => void chunks.return(undefined))
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // So that no proxy compresses or collects what should arrive at once.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    // A stream is the last answer on its connection, so that nobody waits for it who shuts down.
    connection: 'close',
  })
  for await (const chunk of chunks) {
    outlet.writing = new Promise((resolve) => {
      response.write(chunk, () => {
        resolve()
      })
    })
    await outlet.writing
    if (isGone()) break
  }
  response.end()
}

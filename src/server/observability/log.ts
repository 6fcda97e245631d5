import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** JSON lines on standard output. Credentials are blanked wherever a request is logged. */
export function loggerOptions(level: string) {
  return {
    level,
    serializers: { err: withoutRows },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', 'req.headers["x-gateway-secret"]'],
      censor: '[redacted]',
    },
  }
}

interface WrittenError extends Record<string, unknown> {
  type: string
  message: string
  stack: string
}

/**
 * What an error says and where; not its `detail`, in which Postgres repeats the row that it
 * refused.
 */
function withoutRows(error: Error): WrittenError {
  const { name, message, stack = '', cause } = error
  const { code } = error as { code?: unknown }
  return {
    type: name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: withoutRows(cause) }),
  }
}

/**
 * What gateways, AWS (`Root=1-…;Parent=…`), Envoy and tracers write: nothing in it could end a
 * header, a line or a text.
 */
const harmlessId = /^[A-Za-z\d_][\w.:=/;+@-]{0,127}$/

/** The id that the gateway gave the request, when it is a harmless one; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && harmlessId.test(given) ? given : randomUUID()
}

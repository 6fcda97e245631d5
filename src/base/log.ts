import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** JSON lines on standard output. Headers that prove something are blanked wherever a request is logged. */
export function loggerOptions(level: string) {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', 'req.headers["x-gateway-secret"]'],
      censor: '[redacted]',
    },
  }
}

/** The id that the gateway gave the request, when it is a harmless one; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID()
}

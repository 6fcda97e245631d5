import type { FastifyError, FastifyInstance } from 'fastify'
import { anonymous, type Identity } from '../../database/identity.ts'
import { limits } from '../../limits.ts'
import { traceIdOf } from '../observability/request-trace.ts'
import type { CallerOf } from './caller.ts'
import { type AuthenticateViewer, KeysUnavailable, TokenRefused } from './token-verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, authenticated before the body was read. */
    identity: Identity
  }
}

/**
 * Which credential was missing: the secret of the gateway or of a service, a good token, the keys
 * to judge one with, or the service token that a service's secret needs beside it.
 */
export const missingCredentials = ['gateway', 'token', 'keys', 'service'] as const

type MissingCredential = (typeof missingCredentials)[number]

/**
 * Refuses a request before its body is read unless it has a secret and its token, if any, is good.
 * A service's secret needs a service token beside it: a viewer's is refused with 403, and no token
 * with 401.
 * @param refused told of each request that is refused
 */
export function authenticateRequests(
  app: FastifyInstance,
  callerOf: CallerOf,
  viewerOf: AuthenticateViewer,
  refused: (reason: MissingCredential) => void,
): void {
  app.decorateRequest('identity', null as never)
  app.addHook('onRequest', async (request, reply) => {
    request.identity = anonymous
    const caller = callerOf(request.headers['x-gateway-secret'])
    if (caller === null) {
      refused('gateway')
      return reply.code(401).send(asErrors('UNAUTHENTICATED', noSecret))
    }
    try {
      request.identity = await viewerOf(request.headers.authorization)
    } catch (error) {
      if (error instanceof KeysUnavailable) {
        refused('keys')
        const traceId = traceIdOf(request.headers)
        request.log.error({ traceId, err: error }, 'JWKS could not be loaded')
        return reply.code(503).send(asErrors('INTERNAL_SERVER_ERROR', error.message))
      }
      if (!(error instanceof TokenRefused)) throw error
      refused('token')
      void reply.header('www-authenticate', 'Bearer error="invalid_token"')
      return reply.code(401).send(asErrors('UNAUTHENTICATED', error.message))
    }
    if (caller.kind === 'gateway') return
    if (request.identity.kind === 'service') {
      request.identity = { kind: 'service', name: caller.name, hasOwnSecret: true }
      return
    }
    refused('service')
    return request.identity.kind === 'anonymous'
      ? reply.code(401).send(asErrors('UNAUTHENTICATED', noServiceToken))
      : reply.code(403).send(asErrors('FORBIDDEN', notAServiceToken))
  })
}

const noSecret =
  'Missing or wrong X-Gateway-Secret. Only the gateway and known services may call this service.'
const noServiceToken = "A service's secret also needs a service token."
const notAServiceToken =
  "A service's secret does not accept a person's token. Send user requests through the gateway."

/**
 * What every answer says of itself; comes before all that may refuse. What Fastify refuses by
 * itself (a body too large, not JSON, of another type) is told as GraphQL tells errors.
 */
export function answerInGraphQL(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    done()
  })
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).send(asErrors('BAD_REQUEST', messageOf(error)))
    request.log.error({ traceId: request.trace?.id, err: error }, 'unexpected error')
    const body = asErrors('INTERNAL_SERVER_ERROR', 'Unexpected error.')
    return reply.code(status).send(body)
  })
}

function messageOf({ code, message }: FastifyError): string {
  if (code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return message
  return `The body is too large: at most ${limits.request.bodyBytes / 1024} KiB.`
}

function asErrors(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] }
}

import type { FastifyError, FastifyInstance } from 'fastify'
import { anonymous, type Identity } from '../../database/identity.ts'
import { limits } from '../../limits.ts'
import { traceIdOf } from '../observability/request-trace.ts'
import { type Authenticate, isRefusedCredentials, type MissingCredential } from './credentials.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, authenticated before the body was read. */
    identity: Identity
  }
}

/**
 * Refuses a request before its body is read unless its credentials are good.
 * @param refused told of each request that is refused
 * @param bodyOf what a refusal is told by
 */
export function authenticateRequests(
  app: FastifyInstance,
  authenticate: Authenticate,
  refused: (reason: MissingCredential) => void,
  bodyOf: (code: string, message: string) => object | string = asErrors,
): void {
  app.decorateRequest('identity', null as never)
  app.addHook('onRequest', async (request, reply) => {
    request.identity = anonymous
    const { 'x-gateway-secret': secret, authorization } = request.headers
    const identity = await authenticate({ secret, authorization })
    if (!isRefusedCredentials(identity)) {
      request.identity = identity
      return
    }
    const { missing, status, code, message, cause } = identity
    refused(missing)
    if (cause !== undefined) {
      const traceId = traceIdOf(request.headers)
      request.log.error({ traceId, err: cause }, 'JWKS could not be loaded')
    }
    if (missing === 'token') void reply.header('www-authenticate', 'Bearer error="invalid_token"')
    return reply.code(status).send(bodyOf(code, message))
  })
}

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

/** The body of an answer that is one error, as GraphQL tells errors. */
export function asErrors(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] }
}

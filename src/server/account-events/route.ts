import type { FastifyError, FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Config } from '../../config.ts'
import type { Database } from '../../database/database.ts'
import { limits } from '../../limits.ts'
import { keepDeletion, registerAccount } from '../../modules/users/service.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type AccountEvent, readAccountEvent } from './account-event.ts'
import { signatureCheck } from './signature.ts'

/**
 * `POST /webhooks/accounts`, by which the account service says who has come and who is gone. Its
 * proof is the signature of each message; the secret of the gateway opens nothing here. Without
 * secrets there is no such route. Give it a scope of its own: it reads bodies as they are, because
 * the signature is of the bytes.
 */
export function accountEventRoute(
  scope: FastifyInstance,
  { accountWebhookSecrets, auth }: Config,
  database: Database,
  { accountEvents }: Metrics,
): void {
  if (accountWebhookSecrets.length === 0) return
  const verify = signatureCheck(accountWebhookSecrets)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  scope.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    done()
  })
  scope.setErrorHandler<FastifyError | GraphQLError>((error, request, reply) => {
    const retryAfter = retryAfterOf(error)
    const status = retryAfter !== null ? 503 : ((error as FastifyError).statusCode ?? 500)
    accountEvents.inc({ outcome: status < 500 ? 'invalid' : 'failed' })
    if (retryAfter !== null) void reply.header('retry-after', retryAfter)
    if (status === 500) request.log.error({ err: error }, 'unexpected error')
    return reply.code(status).send()
  })
  const { bodyBytes } = limits.accountEvents
  scope.post('/webhooks/accounts', { bodyLimit: bodyBytes }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const webhookId = verify(body, request.headers)
    if (webhookId === null) {
      accountEvents.inc({ outcome: 'unsigned' })
      return reply.code(401).send()
    }
    const event = readAccountEvent(body.toString(), auth.subjectNamespace)
    if (typeof event === 'string') {
      accountEvents.inc({ outcome: 'invalid' })
      request.log.warn({ webhookId, reason: event }, 'an account event could not be read')
      return reply.code(400).send({ message: event })
    }
    const outcome = event === null ? 'ignored' : await act(database, event, webhookId)
    accountEvents.inc({ outcome })
    if (event !== null)
      request.log.info({ webhookId, event: event.type, outcome }, 'an account event was received')
    return reply.code(204).send()
  })
}

/** What became of a signed event that names a person. */
async function act(
  database: Database,
  { type, userId }: AccountEvent,
  webhookId: string,
): Promise<'registered' | 'kept' | 'known'> {
  const session = database.as({ kind: 'service', name: 'account-events' })
  try {
    if (type === 'user.created')
      return (await registerAccount(session, userId)) ? 'registered' : 'known'
    return (await keepDeletion(session, userId, webhookId)) ? 'kept' : 'known'
  } finally {
    await session.finish()
  }
}

/** Seconds until the sender may try again, where the database is away or overloaded. */
function retryAfterOf(error: unknown): number | null {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined
  const { retryAfter } = limits.overload
  return code === 'OVERLOADED' || code === 'DATABASE_UNAVAILABLE' ? retryAfter[code] : null
}

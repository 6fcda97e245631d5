import type { FastifyInstance } from 'fastify'

/**
 * How the refusals of documents begin or end that keep to GraphQL, but not to a limit of this
 * service.
 */
const refusals = [
  /^Syntax Error: Document contains more tha[nt] \d+ tokens/,
  / recursively requests too many (selections|aliases)\.$/,
  /^The document has \d+ directives; at most \d+ are allowed\.$/,
  /^The operation is \d+ levels deep; at most \d+ are allowed\./,
  /^The operation costs \d+; at most \d+ is allowed\./,
]

/**
 * Whether a message refuses a document for a limit: nothing is wrong with it but how much it asks.
 */
export function isOverLimit(message: string): boolean {
  return refusals.some((refusal) => refusal.test(message))
}

/**
 * The status of a refusal for a limit, as GraphQL over HTTP has it: 200 where the client takes
 * `application/json`, whose statuses say nothing of GraphQL (to a gateway anything else is a
 * subgraph that fails); 400 where it takes `application/graphql-response+json`. What is no GraphQL,
 * or not for this schema, keeps its 400.
 */
export function tellLimits(app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const kind = String(reply.getHeader('content-type'))
    if (reply.statusCode === 400 && kind.startsWith('application/json') && isRefusal(payload))
      void reply.code(200)
    done(null, payload)
  })
}

function isRefusal(payload: unknown): boolean {
  if (typeof payload !== 'string' || !payload.startsWith('{"errors":')) return false
  const { errors = [] } = JSON.parse(payload) as { errors?: { message?: unknown }[] }
  return errors.every(({ message }) => typeof message === 'string' && isOverLimit(message))
}

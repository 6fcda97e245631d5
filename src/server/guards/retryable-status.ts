import type { FastifyInstance } from 'fastify'

interface Body {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly extensions?: { readonly code?: unknown; readonly retryAfter?: unknown }
  }[]
}

/**
 * The status of an answer without data that can be tried again (`OVERLOADED`,
 * `DATABASE_UNAVAILABLE`): 503 where the client accepts `application/graphql-response+json`, so
 * that proxies may try again; 200 where it asked for `application/json`, whose statuses say nothing
 * of GraphQL. An answer that has data keeps its status: a part of it is good.
 */
export function tellRetryable(app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const seconds = typeof payload === 'string' ? secondsOf(payload) : null
    if (seconds !== null) {
      const kind = String(reply.getHeader('content-type'))
      void reply.code(kind.startsWith('application/graphql-response+json') ? 503 : 200)
      void reply.header('retry-after', seconds)
    }
    done(null, payload)
  })
}

/**
 * After how many seconds to try again; null for an answer that is complete, or that has data. Most
 * have no errors at all.
 */
function secondsOf(payload: string): number | null {
  if (!payload.startsWith('{"errors":') || !payload.includes('"retryAfter":')) return null
  const { data, errors = [] } = JSON.parse(payload) as Body
  if (data != null) return null
  const seconds = errors.map(({ extensions }) => extensions?.retryAfter)
  return seconds.find((each) => typeof each === 'number') ?? null
}

import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import type { FastifyBaseLogger } from 'fastify'
import { throughGateway } from '../auth/service-secrets.ts'
import type { Context } from '../context.ts'
import type { Metrics } from './metrics.ts'

/** Where operations are counted and written down. */
interface Observer {
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
}

/**
 * Ends each operation: gives its connection back before the answer is sent, then counts it and
 * writes its one line. The line has ids, names and numbers; never a token, a variable or a part of
 * the document.
 * @param development also tells the client what its operation cost, in `extensions.connections`
 */
export function observeOperations(
  observer: Observer,
  development: boolean,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      const start = performance.now()
      return Promise.resolve({
        async willSendResponse(operation) {
          const { contextValue, operationName } = operation
          await contextValue.session.finish()
          finishOperation(observer, contextValue, (performance.now() - start) / 1000, {
            type: operation.operation?.operation ?? 'none',
            name: operationName ?? null,
            codes: codesOf(operation),
          })
          if (development) tellCost(operation)
        },
      })
    },
  }
}

/**
 * Names and counts: which statements the operation sent, and how many keys each loader asked for at
 * once.
 */
function tellCost({ response, contextValue }: GraphQLRequestContext<Context>): void {
  if (response.body?.kind !== 'single') return
  const { statements, batches } = contextValue.session.statistics
  const { singleResult } = response.body
  singleResult.extensions = { ...singleResult.extensions, connections: { statements, batches } }
}

/** The codes of the errors that the client gets. */
function codesOf({ response: { body } }: GraphQLRequestContext<Context>): readonly string[] {
  const errors = body?.kind === 'single' ? body.singleResult.errors : undefined
  return (errors ?? []).map(({ extensions }) => String(extensions?.['code']))
}

/** Counts an operation whose connection has been given back, and writes its one line. */
function finishOperation(
  { metrics, log }: Observer,
  { requestId, identity, session, trace }: Context,
  seconds: number,
  {
    type,
    name,
    codes,
  }: { readonly type: string; readonly name: string | null; readonly codes: readonly string[] },
): void {
  const errors = codes.length
  metrics.operations.inc({ type, outcome: errors === 0 ? 'ok' : 'errors' })
  for (const code of new Set(codes)) metrics.errors.inc({ code })
  metrics.duration.observe({ type }, seconds)
  metrics.statements.observe({ type }, session.statistics.statements.length)
  if (identity.kind === 'service')
    metrics.serviceOperations.inc({
      service: identity.hasOwnSecret === true ? identity.name : throughGateway,
    })
  for (const { loader, size } of session.statistics.batches)
    metrics.batches.observe({ loader }, size)
  log.info(
    {
      requestId,
      traceId: trace?.id,
      // A client's word: as long as it likes, but not in our log.
      operation: name?.slice(0, 100) ?? null,
      type,
      as: identity.kind,
      ...(identity.kind === 'service' && { service: identity.name.slice(0, 100) }),
      durationMs: Math.round(seconds * 1e5) / 100,
      statements: session.statistics.statements.length,
      errors,
    },
    'operation',
  )
  trace?.describe({ type, name, as: identity.kind, requestId, codes })
}

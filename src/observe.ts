import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import type { FastifyBaseLogger } from 'fastify'
import type { Metrics } from './base/metrics.ts'
import type { Context } from './context.ts'

/**
 * Ends each operation: gives its connection back before the answer is sent, then counts it and writes its one line.
 * The line has ids, names and numbers; never a token, a variable or a part of the document.
 * @param development also tells the client what its operation cost, in `extensions.connections`
 */
export function observeOperations(
  metrics: Metrics,
  log: FastifyBaseLogger,
  development: boolean,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      const start = performance.now()
      return Promise.resolve({
        async willSendResponse(operation) {
          await operation.contextValue.door.finish()
          record(operation, (performance.now() - start) / 1000, metrics, log)
          if (development) tellCost(operation)
        },
      })
    },
  }
}

/** Names and counts: which statements the operation sent, and how many keys each loader asked for at once. */
function tellCost({ response, contextValue }: GraphQLRequestContext<Context>): void {
  if (response.body?.kind !== 'single') return
  const { statements, batches } = contextValue.door.tally
  const { singleResult } = response.body
  singleResult.extensions = { ...singleResult.extensions, connections: { statements, batches } }
}

function record(
  operation: GraphQLRequestContext<Context>,
  seconds: number,
  metrics: Metrics,
  log: FastifyBaseLogger,
): void {
  const { requestId, identity, door } = operation.contextValue
  const type = operation.operation?.operation ?? 'none'
  const errors = operation.errors ?? []
  metrics.operations.inc({ type, outcome: errors.length === 0 ? 'ok' : 'errors' })
  metrics.duration.observe({ type }, seconds)
  metrics.statements.observe({ type }, door.tally.statements.length)
  for (const { loader, size } of door.tally.batches) metrics.batches.observe({ loader }, size)
  log.info(
    {
      requestId,
      // A client's word: as long as it likes, but not in our log.
      operation: operation.operationName?.slice(0, 100) ?? null,
      type,
      as: identity.kind,
      durationMs: Math.round(seconds * 1e5) / 100,
      statements: door.tally.statements.length,
      errors: errors.length,
    },
    'operation',
  )
}

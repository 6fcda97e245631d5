import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { GraphQLError, OperationTypeNode } from 'graphql'
import { asViewer } from '../../graphql/authorize.ts'
import type { Context } from '../context.ts'

/**
 * Keeps subscriptions and everything else apart: a stream runs nothing but subscriptions, so that
 * no query or mutation passes a guard that stands elsewhere, and a subscription is answered by
 * nothing but a stream. Opening one stops before the execution, when everything else has been
 * checked.
 */
export function streamOperations(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      let opens = false
      return Promise.resolve({
        didResolveOperation({ operation, contextValue: { live, session } }) {
          // The execution says what is wrong with the name of the operation.
          if (operation === undefined) return Promise.resolve()
          const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
          if (live !== null && !isSubscription)
            throw badRequest(
              405,
              `Only subscriptions can be sent this way. Send a ${operation.operation} by POST, and accept JSON.`,
            )
          if (live === null && isSubscription)
            throw badRequest(
              400,
              'Send subscriptions with `Accept: text/event-stream`, or over WebSocket.',
            )
          opens = live === 'opening'
          if (opens) asViewer(session)
          return Promise.resolve()
        },
        responseForOperation: () => Promise.resolve(opens ? opened() : null),
      })
    },
  }
}

/** Stands for an answer of which nobody hears. */
function opened() {
  return {
    http: { headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { data: null } },
  } as const
}

function badRequest(status: 400 | 405, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } })
}

import type { ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace'
import type { Identity } from '../../database/identity.ts'

/**
 * Answers the times of its fields to a gateway that asks for them
 * (`apollo-federation-include-trace: ftv1`), with the messages of errors masked. Backends that come
 * with a secret of their own are no gateway: they get none.
 *
 * While it watches an operation, graphql-js executes it (`server/compiled/`): compiled operations
 * call no plugin for a field.
 */
export function fieldTraces(): ApolloServerPlugin<{ readonly identity: Identity }> {
  const plugin = ApolloServerPluginInlineTrace({ includeErrors: { masked: true } })
  return {
    ...plugin,
    async requestDidStart(request) {
      const { identity } = request.contextValue
      if (identity.kind === 'service' && identity.hasOwnSecret === true) return undefined
      return (await plugin.requestDidStart?.(request)) ?? undefined
    },
  }
}

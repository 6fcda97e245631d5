import type { GatewayPlugin } from '@graphql-hive/gateway-runtime'
import type { DocumentNode } from 'graphql'
import { conditionalSubscription } from '../../server/guards/subscription-roots.ts'

/**
 * Refuses `@skip` and `@include` at the top level of a subscription, as our subgraph does. The
 * gateway would answer 500: its rule and its planner both expect a field there.
 */
export function refuseConditionalSubscriptions(): GatewayPlugin {
  return {
    onValidate({ params, setResult }) {
      const error = conditionalSubscription(params.documentAST as DocumentNode)
      if (error !== null) setResult([error])
    },
  }
}

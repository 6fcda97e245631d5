import type { GatewayPlugin } from '@graphql-hive/gateway-runtime'

/**
 * Passes on what our subgraph says its operations cost, which the gateway would drop: in
 * `extensions.connections`, one entry for each request that it was sent.
 */
export function passOnCosts(): GatewayPlugin {
  const costs = new WeakMap<object, unknown[]>()
  // A stream has no end at which its costs could be told, and what it collected would stay.
  const streams = new WeakSet()
  return {
    onSubgraphExecute({ executionRequest }) {
      const request = requestOf(executionRequest.context)
      if (request === null || streams.has(request)) return undefined
      return ({ result }) => {
        const { extensions } = result as { readonly extensions?: Record<string, unknown> }
        const cost = extensions?.['connections']
        if (cost !== undefined) costs.set(request, [...(costs.get(request) ?? []), cost])
      }
    },
    onSubscribe({ args }) {
      const request = requestOf(args.contextValue)
      if (request !== null) streams.add(request)
    },
    onExecute({ args }) {
      const request = requestOf(args.contextValue)
      if (request === null) return undefined
      return {
        onExecuteDone({ result, setResult }) {
          const connections = costs.get(request)
          if (connections === undefined || Symbol.asyncIterator in result) return
          setResult({ ...result, extensions: { ...result.extensions, connections } })
        },
      }
    },
  }
}

function requestOf(context: unknown): object | null {
  if (typeof context !== 'object' || context === null || !('request' in context)) return null
  return typeof context.request === 'object' ? context.request : null
}

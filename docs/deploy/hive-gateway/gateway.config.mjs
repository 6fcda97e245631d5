// Hive Gateway 2. Environment: CONNECTIONS_URL, CONNECTIONS_GATEWAY_SECRET.
//   hive-gateway supergraph supergraph.graphql --config-path gateway.config.mjs

import { defineConfig } from '@graphql-hive/gateway'

const { CONNECTIONS_URL, CONNECTIONS_GATEWAY_SECRET } = process.env
if (!CONNECTIONS_URL || !CONNECTIONS_GATEWAY_SECRET) {
  throw new Error('CONNECTIONS_URL and CONNECTIONS_GATEWAY_SECRET: required')
}

export const gatewayConfig = defineConfig({
  transportEntries: { connections: { location: CONNECTIONS_URL } },
  propagateHeaders: {
    // What is not named here is not passed on, so nobody outside can send a gateway secret.
    fromClientToSubgraphs: ({ request, context, subgraphName }) =>
      subgraphName === 'connections'
        ? {
            // The user's own token, as it came.
            // Browsers cannot set headers for a WebSocket: there it comes in `connectionParams`.
            authorization:
              request.headers.get('authorization') ?? context?.connectionParams?.authorization,
            'x-request-id': request.headers.get('x-request-id'),
            // The anonymous are counted by its last entry. Only behind a load balancer that adds the client's address; without one,
            // leave it out, for then it is the client who writes it.
            'x-forwarded-for': request.headers.get('x-forwarded-for'),
            // Only when what stands before the gateway writes it, for it decides what is traced. With the gateway's own OpenTelemetry
            // leave both out: it sends its own.
            traceparent: request.headers.get('traceparent'),
            tracestate: request.headers.get('tracestate'),
            'x-gateway-secret': CONNECTIONS_GATEWAY_SECRET,
          }
        : {},
  },
  // The service answers within 11 s, with `OVERLOADED` if need be.
  // Subscriptions go on, and would end with it too.
  upstreamTimeout: ({ executionRequest }) =>
    executionRequest?.operationType === 'subscription' ? undefined : 12_000,
  // The whole operation, with all its subgraphs one after the other.
  requestDeadline: 30_000,
  // Masks what the gateway itself fails of. Errors of subgraphs are for clients to read: this one has masked its own.
  maskedErrors: true,
  disableIntrospection: {},
  graphiql: false,
  landingPage: false,
})

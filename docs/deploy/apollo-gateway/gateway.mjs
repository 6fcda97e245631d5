// @apollo/gateway 2 on Apollo Server 5. Environment: CONNECTIONS_URL, CONNECTIONS_GATEWAY_SECRET; PORT, 4000 without.
//   npm install @apollo/gateway @apollo/server graphql
//   node gateway.mjs supergraph.graphql

import { readFileSync } from 'node:fs'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

const { CONNECTIONS_URL, CONNECTIONS_GATEWAY_SECRET, PORT = '4000' } = process.env
if (!CONNECTIONS_URL || !CONNECTIONS_GATEWAY_SECRET) {
  throw new Error('CONNECTIONS_URL and CONNECTIONS_GATEWAY_SECRET: required')
}

/** What is passed on. What is not named here is not, so nobody outside can send a gateway secret. */
const passedOn = [
  // The user's own token, as it came.
  'authorization',
  'x-request-id',
  // The anonymous are counted by its last entry. Only behind a load balancer that adds the client's address; without one, leave it
  // out, for then it is the client who writes it.
  'x-forwarded-for',
  // Only when what stands before the gateway writes it, for it decides what is traced. With an OpenTelemetry SDK leave both out:
  // its instrumentation of `fetch` sends its own.
  'traceparent',
  'tracestate',
]

/** The service answers within 11 s, with `OVERLOADED` if need be. By itself this gateway would wait for ever. */
const fetcher = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(12_000) })

class Connections extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const name of passedOn) {
      const value = context.headers?.[name]
      if (value !== undefined) request.http.headers.set(name, String(value))
    }
    request.http.headers.set('x-gateway-secret', CONNECTIONS_GATEWAY_SECRET)
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.argv[2] ?? 'supergraph.graphql', 'utf8'),
  buildService: ({ name, url }) =>
    name === 'connections'
      ? new Connections({ url: CONNECTIONS_URL, fetcher })
      : new RemoteGraphQLDataSource({ url, fetcher }),
})

const server = new ApolloServer({
  gateway,
  introspection: false,
  includeStacktraceInErrorResponses: false,
  // Errors of subgraphs are for clients to read: this one has masked its own. What the gateway itself fails of has no subgraph's
  // name, and is masked here.
  formatError: (error) =>
    error.extensions?.code === 'INTERNAL_SERVER_ERROR' && error.extensions.serviceName === undefined
      ? { message: 'Something went wrong.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
      : error,
})

const { url } = await startStandaloneServer(server, {
  listen: { port: Number(PORT) },
  context: async ({ req }) => ({ headers: req.headers }),
})
console.log(`listening on ${url}`)

import { readFileSync } from 'node:fs'
import { ApolloServer, type BaseContext } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { parse } from 'graphql'
import { createHandler } from 'graphql-sse/lib/use/fastify'
import type { AuthConfig } from '../../config.ts'
import type { Identity } from '../../database/identity.ts'
import { answerInGraphQL, authenticateRequests } from '../../server/auth/authentication.ts'
import { callersBySecret } from '../../server/auth/caller.ts'
import { credentialsCheck } from '../../server/auth/credentials.ts'
import { viewerAuthentication } from '../../server/auth/token-verifier.ts'
import { wantsStream } from '../../server/live/event-streams.ts'

/** Whom a subgraph of the dev stack believes: the same gateway and the same issuer as ours. */
export interface Trust {
  readonly gatewaySecrets: readonly string[]
  readonly auth: AuthConfig
}

/** A sample subgraph that answers. */
export interface RunningSubgraph {
  /** Of its GraphQL. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** What makes a sample subgraph: its graph, and what its resolvers get of a request. */
export interface Subgraph<Context extends BaseContext> {
  /** The SDL, a file beside the subgraph's code. */
  readonly typeDefs: URL
  /** By type and field, as `@apollo/subgraph` takes them. */
  readonly resolvers: object
  /** New for each request, and for each subscription. */
  readonly context: (identity: Identity) => Context
}

/**
 * A web server for a sample subgraph. It is closed in an instant: whoever is connected to it is
 * going away too.
 */
export function subgraphServer(): FastifyInstance {
  return Fastify({ forceCloseConnections: true })
}

/**
 * Listens on this machine only. @param port 0 takes a free one. @returns where it listens, without
 * a path
 */
export async function listen(app: FastifyInstance, port: number): Promise<string> {
  return app.listen({ host: '127.0.0.1', port })
}

/**
 * Puts a subgraph on `/graphql` of a server, behind the two credentials that our own asks for: the
 * gateway's secret on every request, and the viewer's token where there is one. Subscriptions are
 * answered as Server-Sent Events.
 */
export async function serveSubgraph<Context extends BaseContext>(
  app: FastifyInstance,
  { typeDefs, resolvers, context }: Subgraph<Context>,
  { gatewaySecrets, auth }: Trust,
): Promise<void> {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(readFileSync(typeDefs, 'utf8')), resolvers: resolvers as never },
  ])
  const apollo = new ApolloServer<Context>({
    schema,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginInlineTraceDisabled()],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  await app.register((graphql) => {
    authenticateRequests(
      graphql,
      credentialsCheck(callersBySecret(gatewaySecrets), viewerAuthentication(auth)),
      () => undefined,
    )
    answerInGraphQL(graphql)
    const contextOf = ({ identity }: FastifyRequest) => context(identity)
    const answer = fastifyApolloHandler<Context>(apollo, {
      context: (request) => Promise.resolve(contextOf(request)),
    })
    const stream = createHandler({
      schema,
      // Without a token of its own, each request is a stream.
      authenticate: () => null,
      context: ({ raw }) => contextOf(raw) as never,
    })
    graphql.route({
      url: '/graphql',
      method: ['GET', 'POST'],
      handler: async (request, reply) => {
        if (!wantsStream(request)) return answer.call(graphql, request, reply)
        reply.hijack()
        await stream(request, reply)
        return reply
      },
    })
  })
}

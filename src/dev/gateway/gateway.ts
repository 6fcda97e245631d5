import { createGatewayRuntime, type GatewayRuntime } from '@graphql-hive/gateway-runtime'
import * as http from '@graphql-mesh/transport-http'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { requestIdOf } from '../../server/observability/log.ts'
import { passOnCosts } from './costs.ts'
import { type Planner, planWith } from './planners.ts'
import { serveSockets } from './sockets.ts'
import { refuseConditionalSubscriptions } from './subscription-roots.ts'
import type { Subgraph } from './supergraph.ts'
import { traceOperations } from './traces.ts'
import { type WatchedSupergraph, watchSupergraph } from './watch.ts'

export interface GatewayOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly subgraphs: readonly Subgraph[]
  /** What every subgraph is shown, and no client can send. */
  readonly gatewaySecret: string
  readonly planner: Planner
  /** Told what the developer should know: a graph that does not compose, and that it does again. */
  readonly notice: (sentence: string) => void
  /** Adds what a browser sees at `/`. */
  readonly pages: (app: FastifyInstance) => void
  /** Between two looks at the subgraphs' schemas, in milliseconds. */
  readonly interval: number
}

/** A gateway that answers. */
export interface RunningGateway {
  /** Of its GraphQL. */
  readonly url: string
  /** Looks whether the subgraphs' schemas have changed, now. */
  readonly look: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Starts a gateway over subgraphs: composes them, serves the graph at `/graphql` and its SDL at
 * `/supergraph`, and goes along when their schemas change.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  let hive: GatewayRuntime | null = null
  const supergraph = await watchSupergraph({
    ...options,
    onChange: () => hive?.invalidateUnifiedGraph(),
  })
  hive = createGatewayRuntime({
    supergraph: () => supergraph.sdl() ?? '',
    ...(await planWith(options.planner)),
    transports: { http },
    gracefulSchemaReload: { drainTimeout: 5_000 },
    // What is passed on is named here; a secret that a client sent is not.
    propagateHeaders: {
      fromClientToSubgraphs: ({ request, context }) => ({
        authorization: request.headers.get('authorization') ?? authorizationOf(context),
        'x-request-id': request.headers.get('x-request-id'),
        // The anonymous are counted by it. A gateway in the open would add its client's address.
        'x-forwarded-for': request.headers.get('x-forwarded-for'),
        'x-gateway-secret': options.gatewaySecret,
      }),
    },
    plugins: () => [refuseConditionalSubscriptions(), passOnCosts(), traceOperations()],
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    logging: 'error',
  })
  const app = Fastify({ forceCloseConnections: true, genReqId: requestIdOf })
  await mount(app, hive, supergraph)
  const sockets = serveSockets(app.server, hive)
  options.pages(app)
  const origin = await app.listen({ host: options.host, port: options.port })
  const close = async () => {
    supergraph.stop()
    await sockets.close()
    await app.close()
    await hive[Symbol.asyncDispose]()
  }
  return { url: `${origin}/graphql`, look: supergraph.look, close }
}

async function mount(
  app: FastifyInstance,
  hive: GatewayRuntime,
  supergraph: WatchedSupergraph,
): Promise<void> {
  app.get('/supergraph', (_request, reply) => {
    const problems = supergraph
      .problems()
      .map((problem) => `# ${problem.replaceAll('\n', '\n# ')}\n`)
    return reply.type('text/plain').send(problems.join('') + (supergraph.sdl() ?? ''))
  })
  await app.register((graphql) => {
    // Hive reads the body by itself.
    graphql.removeAllContentTypeParsers()
    graphql.addContentTypeParser('*', (_request, _body, done) => {
      done(null)
    })
    graphql.route({
      url: '/graphql',
      method: ['GET', 'POST', 'OPTIONS'],
      handler: async (request, reply) => {
        if (isVisit(request)) return reply.redirect('/')
        if (supergraph.sdl() === null) {
          const errors = supergraph.problems().map((message) => ({
            message,
            extensions: { code: 'SUPERGRAPH_DOES_NOT_COMPOSE' },
          }))
          return reply.code(503).send({ errors })
        }
        request.raw.headers['x-request-id'] = request.id
        reply.hijack()
        await hive(request.raw, reply.raw)
        return reply
      },
    })
  })
}

/** What a client over WebSocket says in place of the header. */
function authorizationOf(context: unknown): string | null {
  const { connectionParams = {} } = context as { connectionParams?: Record<string, unknown> }
  const { authorization, Authorization } = connectionParams
  const said = authorization ?? Authorization
  return typeof said === 'string' ? said : null
}

/**
 * Whether somebody opened the URL in a browser's address bar: an HTML page is wanted, and no query
 * is sent.
 */
function isVisit({ method, query, headers }: FastifyRequest): boolean {
  const asked = Object.keys(query as object).length > 0
  return method === 'GET' && !asked && headers.accept?.includes('text/html') === true
}

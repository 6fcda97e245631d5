import { ApolloServer } from '@apollo/server'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { GraphQLError } from 'graphql'
import type { Config } from '../config.ts'
import type { Tell } from '../database/condition.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { Session } from '../database/session.ts'
import { limits } from '../limits.ts'
import { Activity } from '../modules/presence/activity.ts'
import { accountEventRoute } from './account-events/route.ts'
import { answerInGraphQL, authenticateRequests } from './auth/authentication.ts'
import { callersBySecret } from './auth/caller.ts'
import { credentialsCheck, type MissingCredential, missingCredentials } from './auth/credentials.ts'
import { viewerAuthentication } from './auth/token-verifier.ts'
import { compilingExecutor, type Executor } from './compiled/executor.ts'
import type { Context } from './context.ts'
import { contextOpener } from './contexts.ts'
import { drainingOf } from './draining.ts'
import { protections } from './guards/document-limits.ts'
import { refuseEncodedBodies } from './guards/encoded-bodies.ts'
import { answerInTime } from './guards/last-resort.ts'
import { tellLimits } from './guards/limit-status.ts'
import { tellRetryable } from './guards/retryable-status.ts'
import { healthRoutes } from './health.ts'
import { insightsRoutes } from './insights/route.ts'
import { eventStreams, wantsStream } from './live/event-streams.ts'
import { LiveAnswers } from './live/live-answers.ts'
import { LiveOperations } from './live/live-operations.ts'
import { streamOperations } from './live/stream-operations.ts'
import { isWebSocket, webSockets } from './live/web-sockets.ts'
import { ErrorOrigins } from './observability/error-origins.ts'
import { flushSpans } from './observability/flush-spans.ts'
import { loggerOptions, requestIdOf } from './observability/log.ts'
import { LogOutput } from './observability/log-output.ts'
import { createMetrics, type Metrics } from './observability/metrics.ts'
import { observeOperations } from './observability/operations.ts'
import { addPresenceMetrics } from './observability/presence-metrics.ts'
import { traceRequests } from './observability/request-trace.ts'
import { addServiceMetrics } from './observability/service-metrics.ts'
import { outgoingErrors } from './outgoing-errors.ts'
import { buildSchema } from './schema.ts'

/** A service that answers. */
export interface RunningServer {
  readonly url: string
  /** For tests: the same routes without a socket, the same pool, and what was counted. */
  readonly app: FastifyInstance
  readonly database: Database
  readonly metrics: Metrics
  /**
   * Says not ready, answers whoever has not noticed yet, finishes, and closes the pool. Again: the
   * same promise.
   */
  drain(): Promise<void>
}

/**
 * Starts the whole service as the configuration says.
 * @param logTo where the log goes, line by line; standard output unless told otherwise
 * @throws when the address cannot be listened on (`EADDRINUSE`)
 */
export async function startServer(
  config: Config,
  logTo?: { write(line: string): void },
): Promise<RunningServer> {
  const output = new LogOutput(1)
  const { receiveSeconds, stalledSeconds, keptSeconds } = limits.connection
  const { deadlines } = limits
  const app = Fastify({
    logger: { ...loggerOptions(config.logLevel), stream: logTo ?? output },
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: requestIdOf,
    bodyLimit: limits.request.bodyBytes,
    requestTimeout: receiveSeconds * 1_000,
    connectionTimeout: stalledSeconds * 1_000,
    keepAliveTimeout: keptSeconds * 1_000,
    // Node looks for slow clients every 30 s unless told, so that ten seconds would be forty.
    http: {
      headersTimeout: receiveSeconds * 1_000,
      connectionsCheckingInterval: 1_000,
      shouldUpgradeCallback: isWebSocket,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  })
  for (const warning of config.warnings) app.log.warn(warning)
  const tell: Tell = (level, message, details) => {
    app.log[level](details, message)
  }
  const database = openDatabase(config.database, tell)
  const services = config.serviceSecrets.map(({ name }) => name)
  const metrics = createMetrics(database, () => output.lost, services)
  const schema = buildSchema(config.modules, config.graphShape)
  addServiceMetrics(metrics, database, schema, config, missingCredentials)
  const production = config.environment === 'production'
  const development = config.environment === 'development'
  const observer = { metrics, log: app.log }
  const origins = new ErrorOrigins()
  const formatError = outgoingErrors(
    (error, errorId, failed) => {
      app.log.error({ ...origins.of(failed, error), errorId, err: error }, 'unexpected error')
    },
    (code, reason) => {
      metrics.retryable.inc({ code, reason })
    },
  )
  const activity = new Activity(database, tell)
  addPresenceMetrics(metrics.registry, activity)
  const openContext = contextOpener(database, config, origins, activity)
  const sessions = new WeakMap<FastifyRequest, Session>()
  const open = async (request: FastifyRequest) => {
    const context = await openContext(request)
    sessions.set(request, context.session)
    return context
  }
  const giveUp = (request: FastifyRequest, error: GraphQLError) => {
    const { id: requestId, trace } = request
    const session = sessions.get(request)
    const asked = session?.statistics.statements.slice(-5)
    app.log.error({ requestId, traceId: trace?.id, asked }, 'an operation did not finish in time')
    trace?.fail(['OVERLOADED'])
    void session?.finish().catch(() => undefined)
    return formatError(error.toJSON(), error)
  }
  const guards = protections(production, config.fieldTraces)
  const countExecution = (executor: Executor) => {
    metrics.executions.inc({ executor })
  }
  const apollo = new ApolloServer<Context>({
    ...(config.compiledOperations
      ? { gateway: compilingExecutor(schema, countExecution) }
      : { schema }),
    ...guards,
    plugins: [
      streamOperations(),
      ...guards.plugins,
      origins.plugin,
      observeOperations(observer, development),
    ],
    formatError,
    stopOnTerminationSignals: false,
    logger: app.log,
  })
  await apollo.start()

  const callerOf = callersBySecret(config.gatewaySecrets, config.serviceSecrets)
  const authenticate = credentialsCheck(callerOf, viewerAuthentication(config.auth))
  const refused = (reason: MissingCredential) => {
    metrics.refusedRequests.inc({ reason })
  }
  const operations = new LiveOperations({ apollo, openContext, formatError })
  const live = new LiveAnswers(operations, metrics, database, tell)
  const sockets = webSockets(app.server, live, { callerOf, authenticate, refused }, app.log)

  const draining = drainingOf(app, config.shutdownGraceSeconds * 1_000)
  healthRoutes(app, database, metrics, () => draining.hasBegun)
  await app.register((scope) => {
    accountEventRoute(scope, config, database, metrics)
  })
  await app.register((pages) => {
    insightsRoutes(pages, database, { authenticate, refused, formatError })
  })
  await app.register((graphql) => {
    answerInGraphQL(graphql)
    tellRetryable(graphql)
    tellLimits(graphql)
    authenticateRequests(graphql, authenticate, refused)
    refuseEncodedBodies(graphql)
    graphql.decorateRequest('trace', null)
    const handler = answerInTime(
      fastifyApolloHandler<Context>(apollo, { context: open }),
      deadlines.request.totalMs + 2 * deadlines.graceMs,
      giveUp,
    )
    const answer = traceRequests(handler)
    const stream = eventStreams(live, authenticate)
    graphql.route({
      url: '/graphql',
      method: ['GET', 'POST'],
      handler(request, reply) {
        return (wantsStream(request) ? stream : answer).call(this, request, reply)
      },
    })
  })

  let drained: Promise<void> | null = null
  const drain = async () => {
    await draining.run(() => {
      database.hurry(deadlines.drainMs)
      // Sockets first: their clients connect again by themselves when no stream says that it ends.
      sockets.end()
      live.end()
    })
    await apollo.stop()
    await activity.end()
    await database.close()
    await flushSpans()
    await output.end()
  }
  const url = await app.listen({ host: config.host, port: config.port })
  return {
    url: `${url}/graphql`,
    app,
    database,
    metrics,
    drain: () => (drained ??= drain()),
  }
}

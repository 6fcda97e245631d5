import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../database/database.ts'
import { asService } from '../../graphql/authorize.ts'
import type { Figure, Insights } from '../../modules/insights/figure.ts'
import { readInsights } from '../../modules/insights/service.ts'
import { authenticateRequests } from '../auth/authentication.ts'
import type { Authenticate, MissingCredential } from '../auth/credentials.ts'
import { type FormatError, tellFailures } from './failures.ts'
import { dayOf, type PeriodQuery, readPeriod } from './period.ts'

/** What the pages share with GraphQL. */
interface Surroundings {
  readonly authenticate: Authenticate
  /** Told of each request without good credentials. */
  readonly refused: (reason: MissingCredential) => void
  readonly formatError: FormatError
}

/** The browser runs and loads nothing: the page has its styles in it, and one form. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * `/insights`, the figures of `socialInsights` as a page, and the same as CSV: all of them at
 * `/insights.csv`, one at `/insights/<figure>.csv`. For services only, with the credentials that
 * they ask GraphQL with. Give it a scope of its own.
 */
export function insightsRoutes(
  scope: FastifyInstance,
  database: Database,
  { authenticate, refused, formatError }: Surroundings,
): void {
  scope.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'private, no-store',
      'content-security-policy': policy,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    done()
  })
  authenticateRequests(scope, authenticate, refused, (_code, message) => `${message}\n`)
  tellFailures(scope, formatError)

  const read = async ({ identity, query }: FastifyRequest): Promise<Insights> => {
    const session = database.as(identity)
    try {
      const service = asService(session)
      const { from, to } = readPeriod(query as PeriodQuery, new Date())
      return await readInsights(service, from, to)
    } finally {
      await session.finish().catch(() => undefined)
    }
  }

  scope.get('/insights', async (request, reply) => {
    const insights = await read(request)
    // Loaded now, because most processes are never asked for it: charts bring 30 MB of packages.
    const [{ insightsPage }, { drawChart }] = await Promise.all([
      import('./page.ts'),
      import('./chart.ts'),
    ])
    return reply.type('text/html; charset=utf-8').send(await insightsPage(insights, drawChart))
  })

  scope.get('/insights.csv', async (request, reply) => {
    const insights = await read(request)
    return sendCsv(reply, 'insights', insights, insights.figures)
  })

  scope.get<{ Params: { figure: string } }>('/insights/:figure.csv', async (request, reply) => {
    const insights = await read(request)
    const figure = insights.figures.find(({ name }) => name === request.params.figure)
    if (figure !== undefined) return sendCsv(reply, `insights-${figure.name}`, insights, [figure])
    const names = insights.figures.map(({ name }) => name).join(', ')
    return reply.code(404).send(`There is no such figure. The figures are ${names}.\n`)
  })
}

async function sendCsv(
  reply: FastifyReply,
  name: string,
  insights: Insights,
  figures: readonly Figure[],
): Promise<FastifyReply> {
  const { insightsCsv } = await import('./csv.ts')
  const file = `${name}-${dayOf(insights.from)}-${dayOf(insights.to)}.csv`
  return reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${file}"`)
    .send(insightsCsv(insights, figures))
}

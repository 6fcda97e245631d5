import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { serviceToken } from '../sample-subgraphs/service-token.ts'
import { type Bundle, keptBundle } from './bundle.ts'
import { readExamples } from './examples.ts'
import { forward, forwardPage } from './forward.ts'

/** What the explorer must know about the dev stack. */
export interface ExplorerFacts {
  /** The subgraph's URL with its path: `http://127.0.0.1:4001/graphql`. */
  readonly subgraphUrl: string
  /** The subgraph's `X-Gateway-Secret`. It never reaches the browser. */
  readonly gatewaySecret: string
  /** The URL of accounts without a path: `http://127.0.0.1:4010`. */
  readonly accountsUrl: string
}

/** A request for a token, as accounts takes it. */
const signIn = {
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { subject: { type: 'string', maxLength: 64 }, service: { type: 'boolean' } },
  },
}

/** An operation to forward. The subgraph validates it. */
const operation = { body: { type: 'object' } }

/**
 * Mounts the explorer at `/` of an app that answers GraphQL at `/graphql`: GraphiQL with "sign in
 * as" and examples. The rest is below `/explorer/`: the built page, its facts, tokens from
 * accounts, and a way past the gateway to the subgraph. Beside it is `/insights`, with a service's
 * credentials. Only for developers' machines, because everyone who reaches it can sign in as
 * anyone.
 * @param bundle the built page; by default it is built at the first visit and kept
 */
export function explorerRoutes(
  app: FastifyInstance,
  facts: ExplorerFacts,
  bundle: Bundle = keptBundle(),
): void {
  app.register(async (explorer) => {
    // JSON only, because a form of another site can then not reach these routes without a
    // preflight.
    explorer.removeAllContentTypeParsers()
    explorer.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      explorer.getDefaultJsonParser('error', 'error'),
    )
    await explorer.register(serveStatic, { root: import.meta.dirname, serve: false })
    explorer.addHook('onClose', () => bundle.stop())

    const html = await readFile(join(import.meta.dirname, 'page', 'shell.html'), 'utf8')
    const policy = contentSecurityPolicy(html)
    explorer.get('/', (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' })
        .send(html),
    )
    // Browsers ask for an icon when a response has none of its own: facts, the supergraph.
    explorer.get('/favicon.ico', (_request, reply) => reply.code(204).send())
    explorer.get('/explorer/facts', async () => ({
      examples: await readExamples(),
      subgraphUrl: facts.subgraphUrl,
      accountsUrl: facts.accountsUrl,
    }))
    explorer.get<{ Params: { '*': string } }>('/explorer/page/*', async (request, reply) => {
      try {
        await bundle.ready()
      } catch (error) {
        // The developer who sees the reason can fix it.
        const reason = error instanceof Error ? error.message : String(error)
        return reply.code(500).type('text/plain').send(`The explorer could not be built. ${reason}`)
      }
      // All names except start.js contain a hash of their content.
      const name = request.params['*']
      const caching = name === 'start.js' ? { maxAge: 0 } : { maxAge: '1y', immutable: true }
      return reply.sendFile(name, bundle.directory, caching)
    })
    const token = serviceToken(facts.accountsUrl, 'insights')
    const credentials = async () => ({
      'x-gateway-secret': facts.gatewaySecret,
      authorization: `Bearer ${await token()}`,
    })
    for (const path of ['/insights', '/insights.csv', '/insights/:figure']) {
      explorer.get(path, (request, reply) =>
        forwardPage(request, reply, new URL(facts.subgraphUrl).origin, credentials),
      )
    }
    explorer.post('/explorer/sign-in', { schema: signIn }, (request, reply) =>
      forward(reply, `${facts.accountsUrl}/token`, request.body, {}),
    )
    explorer.post('/explorer/subgraph', { schema: operation }, (request, reply) =>
      forward(reply, facts.subgraphUrl, request.body, {
        'x-gateway-secret': facts.gatewaySecret,
        ...(request.headers.accept !== undefined && { accept: request.headers.accept }),
        ...(request.headers.authorization !== undefined && {
          authorization: request.headers.authorization,
        }),
      }),
    )
  })
}

/** Lets the page load from its own origin only, which the browser enforces. */
function contentSecurityPolicy(html: string): string {
  const script = /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? ''
  const hash = createHash('sha256').update(script).digest('base64')
  return [
    "default-src 'self'",
    `script-src 'self' 'sha256-${hash}'`,
    // The editor writes its colours and sizes as style elements; fonts and cursors are inside the
    // style sheet.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ')
}

import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { serveBuiltPage } from '../pages/built-page.ts'
import type { Bundle } from '../pages/bundle.ts'
import { serviceToken } from '../sample-subgraphs/service-token.ts'
import { explorerBundle } from './bundle.ts'
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
  bundle: Bundle = explorerBundle(),
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
    await serveBuiltPage(explorer, {
      name: 'The explorer',
      bundle,
      shell: join(import.meta.dirname, 'page', 'shell.html'),
      addresses: ['/'],
      files: '/explorer/page/',
    })
    // Browsers ask for an icon when a response has none of its own: facts, the supergraph.
    explorer.get('/favicon.ico', (_request, reply) => reply.code(204).send())
    explorer.get('/explorer/facts', async () => ({
      examples: await readExamples(),
      subgraphUrl: facts.subgraphUrl,
      accountsUrl: facts.accountsUrl,
    }))
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

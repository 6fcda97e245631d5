import type { FastifyInstance } from 'fastify'
import type { Identity } from '../../database/identity.ts'
import type { Issuer } from '../issuer.ts'
import { idOf, people, subjectOf } from '../seed/people.ts'
import {
  listen,
  type RunningSubgraph,
  serveSubgraph,
  type Subgraph,
  subgraphServer,
} from './subgraph.ts'

/**
 * The sample subgraph that knows who people are: anybody may become anybody here, which is why it
 * exists on developers' machines only.
 */
interface RunningAccounts extends RunningSubgraph {
  /** Where `/token` is. */
  readonly origin: string
  readonly jwksUrl: string
}

interface TokenRequest {
  subject?: string
  service?: boolean
  client?: string
}

const tokenRequest = {
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      subject: { type: 'string', maxLength: 64 },
      service: { type: 'boolean' },
      client: { type: 'string', maxLength: 64 },
    },
  },
}

const nobody = `A subject is a UUID or one of ${people.join(', ')}.`

/**
 * Serves `GET /.well-known/jwks.json`, `POST /token` with `{ "subject": "alice" }`, any UUID as the
 * subject, or `{ "service": true, "client": "games" }`, and, for the gateway alone, the accounts
 * subgraph on `/graphql`.
 * @param port a free one
 */
export async function startAccounts(
  issuer: Issuer,
  gatewaySecrets: readonly string[],
  port: number,
): Promise<RunningAccounts> {
  const app = subgraphServer()
  tokenRoutes(app, issuer)
  // The keys are its own, but it reads tokens as everybody else does: by the JWKS.
  const jwksUrl = new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`)
  const auth = { jwksUrl, issuer: issuer.issuer, audience: issuer.audience }
  await serveSubgraph(app, accountsSubgraph(issuer), { gatewaySecrets, auth })
  const origin = await listen(app, port)
  return { origin, url: `${origin}/graphql`, jwksUrl: jwksUrl.href, close: () => app.close() }
}

function tokenRoutes(app: FastifyInstance, issuer: Issuer): void {
  app.get('/.well-known/jwks.json', () => issuer.jwks())
  app.post<{ Body: TokenRequest | null }>(
    '/token',
    { schema: tokenRequest },
    async (request, reply) => {
      const { subject, service, client } = request.body ?? {}
      if (service === true) return { token: await issuer.serviceToken(client) }
      const userId = subject === undefined ? null : subjectOf(subject)
      if (userId !== null) return { token: await issuer.tokenFor(userId) }
      return reply.code(400).send({ message: nobody })
    },
  )
}

interface Account {
  readonly id: string
}

/** The accounts subgraph. Tests put it beside others without the token routes. */
export function accountsSubgraph(
  issuer: Pick<Issuer, 'tokenFor'>,
): Subgraph<{ viewer: string | null }> {
  const emails = new Map(people.map((person) => [idOf(person), `${person}@example.com`]))
  return {
    typeDefs: new URL('accounts.graphql', import.meta.url),
    context: (identity: Identity) => ({
      viewer: identity.kind === 'viewer' ? identity.userId : null,
    }),
    resolvers: {
      Query: {
        viewer: (_root: unknown, _arguments: object, { viewer }: { viewer: string | null }) =>
          viewer === null ? null : { id: viewer },
      },
      User: {
        __resolveReference: ({ id }: Account): Account | null => {
          const known = subjectOf(id)
          return known === null ? null : { id: known }
        },
        email: ({ id }: Account, _arguments: object, { viewer }: { viewer: string | null }) =>
          id === viewer ? (emails.get(id) ?? null) : null,
      },
      Mutation: {
        signIn: async (_root: unknown, { as }: { as: string }) => {
          const id = subjectOf(as)
          if (id === null) return { token: null, user: null, problem: nobody }
          return { token: await issuer.tokenFor(id), user: { id }, problem: null }
        },
      },
    },
  }
}

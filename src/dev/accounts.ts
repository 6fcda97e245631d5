import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { people, subjectOf } from './cast.ts'
import type { Issuer } from './issuer.ts'

/** The neighbour that knows who people are: anybody may become anybody here, which is why it exists on developers' machines only. */
export interface RunningAccounts {
  readonly url: string
  readonly jwksUrl: string
  readonly close: () => Promise<void>
}

interface TokenRequest {
  subject?: string
  service?: boolean
}

const tokenRequest = {
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { subject: { type: 'string', maxLength: 64 }, service: { type: 'boolean' } },
  },
}

/**
 * Serves `GET /.well-known/jwks.json` and `POST /token` with `{ "subject": "alice" }`, any UUID as the subject, or `{ "service": true }`.
 * @param port 0 takes a free one
 */
export async function startAccounts(issuer: Issuer, port: number): Promise<RunningAccounts> {
  const app = Fastify({ forceCloseConnections: true })
  app.get('/.well-known/jwks.json', () => issuer.jwks())
  app.post<{ Body: TokenRequest | null }>(
    '/token',
    { schema: tokenRequest },
    async (request, reply) => {
      const { subject, service } = request.body ?? {}
      if (service === true) return { token: await issuer.serviceToken() }
      const userId = subject === undefined ? null : subjectOf(subject)
      if (userId !== null) return { token: await issuer.tokenFor(userId) }
      const message = `A subject is a UUID or one of ${people.join(', ')}.`
      return reply.code(400).send({ message })
    },
  )
  await app.listen({ host: '127.0.0.1', port })
  const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`
  return { url, jwksUrl: `${url}/.well-known/jwks.json`, close: () => app.close() }
}

import { readConfig } from '../../src/config.ts'
import type { Executor } from '../../src/server/compiled/executor.ts'
import { startServer } from '../../src/server/server.ts'
import { gamesContent } from '../support/content.ts'
import type { Answering } from './question.ts'

/** The service, and what it says of itself. */
export interface Served extends Answering {
  /** How many operations each executor has executed so far. */
  readonly executions: () => Promise<Readonly<Record<Executor, number>>>
}

const gatewaySecret = 'the-gateway-secret-of-the-proof'

/** The service as `serve` starts it in production, asked without a socket. */
export async function openServed(
  databaseUrl: string,
  auth: { readonly jwksUrl: string; readonly url: string; readonly audience: string },
  tokenOf: (asker: string) => Promise<string | null>,
): Promise<Served> {
  const config = readConfig({
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '2',
    AUTH_JWKS_URL: auth.jwksUrl,
    AUTH_ISSUER: auth.url,
    AUTH_AUDIENCE: auth.audience,
    GATEWAY_SECRETS: gatewaySecret,
    CONTENT: gamesContent,
    LOG_LEVEL: 'silent',
  })
  const server = await startServer(config)
  return {
    async ask({ text, variables, operationName }, asker) {
      const token = await tokenOf(asker)
      const { statusCode, body } = await server.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: {
          'content-type': 'application/json',
          'x-gateway-secret': gatewaySecret,
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        payload: JSON.stringify({ query: text, variables, operationName }),
      })
      return { status: statusCode, body }
    },
    async executions() {
      const { values } = await server.metrics.executions.get()
      const of = (executor: Executor) =>
        values.find(({ labels }) => labels.executor === executor)?.value ?? 0
      return { compiled: of('compiled'), 'graphql-js': of('graphql-js'), both: of('both') }
    },
    close: () => server.drain(),
  }
}

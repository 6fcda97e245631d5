import {
  type ConnectionsClientOptions,
  ConnectionsRequestError,
  createConnectionsClient,
} from '../../src/kit/client/client.ts'
import { gatewaySecret, type Person, type TestService } from './test-service.ts'

/** The kit's client for a person, straight to the service: the test is its own gateway. */
export function kitClient(
  app: Pick<TestService, 'server'>,
  person: Person,
  options: Partial<ConnectionsClientOptions> = {},
) {
  return createConnectionsClient({
    url: app.server.url,
    viewer: person.id,
    getToken: () => person.token(),
    headers: { 'x-gateway-secret': gatewaySecret },
    ...options,
  })
}

/** The error that something fails with. */
export async function failureOf(work: Promise<unknown>): Promise<ConnectionsRequestError> {
  const error: unknown = await work.then(
    (answer) => new Error(`An answer: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  )
  if (error instanceof ConnectionsRequestError) return error
  throw error
}

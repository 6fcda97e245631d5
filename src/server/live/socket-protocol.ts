import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
} from 'graphql'
import { CloseCode, makeServer, type Server } from 'graphql-ws'
import { alarm } from '../../database/deadlines.ts'
import type { Identity } from '../../database/identity.ts'
import { limits } from '../../limits.ts'
import type { CallerOf } from '../auth/caller.ts'
import {
  type Authenticate,
  type Credentials,
  isRefusedCredentials,
  type MissingCredential,
} from '../auth/credentials.ts'
import { expiryOf } from '../auth/token-verifier.ts'
import type { LiveAnswers } from './live-answers.ts'
import { LiveStream } from './live-stream.ts'
import { requestOf } from './subscriber.ts'

/** How sockets are authenticated: as requests are. */
export interface SocketAuthentication {
  readonly callerOf: CallerOf
  readonly authenticate: Authenticate
  /** Told of each socket that is refused. */
  readonly refused: (reason: MissingCredential) => void
}

/** One socket, for as long as it is open. */
export interface Connection {
  /** Names it in the log. */
  readonly id: string
  /** The upgrade. */
  readonly request: IncomingMessage
  readonly close: (code?: number, reason?: string) => void
  /** What it authenticated with and as whom; null before it has. */
  shown: { readonly credentials: Credentials; readonly identity: Identity } | null
  /** Calls off the closing at the end of its token. */
  callOff: () => void
}

/**
 * The server's side of the protocol of graphql-ws. A socket belongs to whoever it authenticated as,
 * and is closed when the token expires; clients then connect again with a new one.
 */
export function socketProtocol(
  live: LiveAnswers,
  { authenticate, refused }: SocketAuthentication,
  log: FastifyBaseLogger,
): Server<Connection> {
  return makeServer<Record<string, unknown> | undefined, Connection>({
    connectionInitWaitTimeout: limits.live.connectSeconds * 1_000,
    onConnect: async ({ extra: connection, connectionParams }) => {
      const credentials = credentialsOf(connection.request, connectionParams)
      const identity = await authenticate(credentials)
      if (isRefusedCredentials(identity)) {
        const { missing, message, cause } = identity
        refused(missing)
        if (cause !== undefined)
          log.error({ requestId: connection.id, err: cause }, 'JWKS could not be loaded')
        connection.close(closeCodes[missing], message)
        return false
      }
      connection.shown = { credentials, identity }
      const until = expiryOf(credentials.authorization)
      if (until !== null)
        connection.callOff = alarm(until - Date.now(), () => {
          connection.close(CloseCode.Forbidden, 'The token has expired.')
        })
      return true
    },
    onSubscribe: async ({ extra: { id, request, shown } }, _id, payload) => {
      if (shown === null) throw new Error('A socket that nobody authenticated.')
      const { identity, credentials } = shown
      const stream = await live.open(
        {
          identity,
          id,
          headers: request.headers,
          transport: 'websocket',
          until: null,
          identify: async () => {
            const now = await authenticate(credentials)
            return isRefusedCredentials(now) ? null : now
          },
          // The library asks for the next answer when the last one has been sent.
          ready: () => Promise.resolve(),
        },
        requestOf(payload),
      )
      if (stream instanceof LiveStream) return { ...opened, contextValue: stream }
      return (stream.result.errors ?? []).map((error) => new RefusedOperation(error))
    },
    // The document has been checked, and is executed for each change.
    subscribe: ({ contextValue }) => contextValue as AsyncGenerator<ExecutionResult>,
    onNext: (_context, _id, _payload, _arguments, result) => result as object,
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) => (error instanceof RefusedOperation ? error.told : unexpected)),
  })
}

/** A client connects again after 4403, with a new token, and after 1013; not after 4401. */
const closeCodes: Readonly<Record<MissingCredential, number>> = {
  gateway: CloseCode.Unauthorized,
  service: CloseCode.Unauthorized,
  token: CloseCode.Forbidden,
  keys: 1013,
}

/** All that the library looks at is that it is a subscription. */
const opened = {
  schema: null as unknown as GraphQLSchema,
  document: parse('subscription { relationshipChanged { id } }'),
}

const unexpected: GraphQLFormattedError = {
  message: 'Unexpected error.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
}

/** Why an operation opens no stream, as the client may know it. */
class RefusedOperation extends GraphQLError {
  readonly told: GraphQLFormattedError

  constructor(told: GraphQLFormattedError) {
    super(told.message)
    this.told = told
  }
}

/** Headers go first: where a gateway sets them, a client has no say. */
function credentialsOf(
  { headers }: IncomingMessage,
  params: Readonly<Record<string, unknown>> = {},
): Credentials {
  const told = (name: string) => {
    const [, value] = Object.entries(params).find(([key]) => key.toLowerCase() === name) ?? []
    return typeof value === 'string' ? value : undefined
  }
  return {
    secret: headers['x-gateway-secret'] ?? told('x-gateway-secret'),
    authorization: headers.authorization ?? told('authorization'),
  }
}

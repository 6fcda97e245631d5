import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import { CloseCode, handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { limits } from '../../limits.ts'
import { requestIdOf } from '../observability/log.ts'
import type { LiveAnswers } from './live-answers.ts'
import { type Connection, type SocketAuthentication, socketProtocol } from './socket-protocol.ts'

/** The WebSockets of one process. */
export interface WebSockets {
  /** Asks all clients to go elsewhere, takes no new ones, and hangs up soon. */
  end(): void
}

/**
 * Whether Node should hand a request over as an upgrade. Whatever else clients offer, such as
 * HTTP/2 without TLS, is answered as if they had not.
 */
export function isWebSocket({ headers: { upgrade } }: IncomingMessage): boolean {
  return upgrade?.toLowerCase() === 'websocket'
}

/**
 * Answers subscriptions over WebSocket, with the protocol of graphql-ws (`graphql-transport-ws`),
 * on the same path as everything else. The secret and the token come in the headers of the upgrade,
 * as with other requests, or in `connectionParams`, under the same names.
 */
export function webSockets(
  server: Server,
  live: LiveAnswers,
  authentication: SocketAuthentication,
  log: FastifyBaseLogger,
): WebSockets {
  const protocol = socketProtocol(live, authentication, log)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.request.bodyBytes,
    handleProtocols,
  })
  let isEnding = false
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const status = isEnding ? 503 : refusalOf(request, sockets.clients.size, authentication)
    if (status === null) {
      sockets.handleUpgrade(request, stream, head, serve)
      return
    }
    // Whoever hangs up meanwhile is no error of ours.
    stream.on('error', () => undefined)
    stream.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    )
  })

  function serve(socket: WebSocket, request: IncomingMessage): void {
    const connection: Connection = {
      id: requestIdOf(request),
      request,
      shown: null,
      callOff: () => undefined,
      close: (code, reason) => {
        closeSoon(socket, code, reason)
      },
    }
    const stopPinging = keepAlive(socket)
    // What breaks the protocol of WebSocket is closed by the library, with a code that says why.
    socket.on('error', () => undefined)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: connection.close,
        onMessage: (take) =>
          socket.on('message', (message: Buffer) => {
            if (isUnread(socket)) return
            take(String(message)).catch((error: unknown) => {
              log.error({ requestId: connection.id, err: error }, 'unexpected error')
              connection.close(CloseCode.InternalServerError, 'Unexpected error.')
            })
          }),
      },
      connection,
    )
    // Each is answered with a pong by the library.
    socket.on('ping', () => isUnread(socket))
    socket.once('close', (code, reason) => {
      stopPinging()
      connection.callOff()
      void closed(code, String(reason))
    })
  }

  return {
    end() {
      isEnding = true
      for (const socket of sockets.clients) closeSoon(socket, goingAway, 'Going away.')
    },
  }
}

/** Of WebSocket itself; clients connect again. */
const goingAway = 1001

/** The status with which an upgrade is refused; null when it is not. */
function refusalOf(
  request: IncomingMessage,
  open: number,
  { callerOf, refused }: SocketAuthentication,
): number | null {
  if (!isWebSocket(request)) return 400
  if (request.url?.split('?')[0] !== '/graphql') return 404
  if (open >= limits.live.perProcess) return 503
  const secret = request.headers['x-gateway-secret']
  if (secret === undefined || callerOf(secret) !== null) return null
  refused('gateway')
  return 401
}

/** Resolves when the client has taken it, or is gone. */
function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve()
  return new Promise((resolve) => {
    socket.send(text, () => {
      resolve()
    })
  })
}

/**
 * Whether the client leaves unread what it was sent. Then it is hung up on: every message that it
 * sends is answered, and the answers would wait in memory without end.
 */
function isUnread(socket: WebSocket): boolean {
  if (socket.bufferedAmount <= limits.live.unreadBytes) return false
  socket.terminate()
  return true
}

/** A client that does not close too is hung up on. Called again, it does nothing. */
function closeSoon(socket: WebSocket, code = 1000, reason = ''): void {
  if (socket.readyState === socket.CLOSING || socket.readyState === socket.CLOSED) return
  // The protocol has room for 123 bytes.
  socket.close(code, reason.slice(0, 120))
  const timer = setTimeout(() => {
    socket.terminate()
  }, limits.live.closeSeconds * 1_000)
  socket.once('close', () => {
    clearTimeout(timer)
  })
}

/** Asks for a sign of life every while; hangs up on a client that gave none since. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true
  socket.on('pong', () => (isAlive = true))
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate()
      return
    }
    isAlive = false
    socket.ping()
  }, limits.live.pingSeconds * 1_000)
  return () => {
    clearInterval(timer)
  }
}

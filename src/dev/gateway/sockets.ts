import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type GatewayRuntime, getGraphQLWSOptions } from '@graphql-hive/gateway-runtime'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'

/** The WebSockets of a gateway. */
export interface GatewaySockets {
  /** Asks all clients to go, and hangs up. */
  readonly close: () => Promise<void>
}

/**
 * Answers operations over WebSocket, at the path of all others, with the protocol of graphql-ws. A
 * client says who it is in its `connectionParams`, because browsers cannot set headers here.
 */
export function serveSockets(server: Server, hive: GatewayRuntime): GatewaySockets {
  const sockets = new WebSocketServer({ noServer: true })
  const served = useServer(
    getGraphQLWSOptions<Record<string, unknown>, Extra>(hive, async ({ extra }) => {
      const url = `http://${extra.request.headers.host ?? 'gateway'}/graphql`
      await makeReady(hive, url)
      const headers = Object.entries(extra.request.headers).map(
        ([name, value]): [string, string] => [name, String(value)],
      )
      return {
        req: extra.request,
        socket: extra.socket,
        request: new hive.fetchAPI.Request(url, { headers }),
      }
    }),
    sockets,
  )
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== '/graphql') {
      stream.destroy()
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      sockets.emit('connection', socket, request)
    })
  })
  return {
    close: async () => {
      const closed = served.dispose()
      for (const client of sockets.clients) client.terminate()
      await closed
    },
  }
}

/**
 * The gateway reads its supergraph when it is first asked over HTTP; asked over WebSocket before,
 * it says that it has no schema.
 */
async function makeReady(hive: GatewayRuntime, url: string): Promise<void> {
  const response = await hive.fetch(`${url}?query=%7B__typename%7D`)
  await response.text()
}

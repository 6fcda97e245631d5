import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { gatewaySecret, openTestService } from '../../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const { port } = new URL(app.server.url)

/**
 * Sends the beginning at once and then a byte every half second. Gives after how many seconds the
 * service hung up.
 */
function trickle(beginning: string, byte: string): Promise<number> {
  const start = performance.now()
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    const timer = byte === '' ? undefined : setInterval(() => socket.write(byte), 500)
    socket.write(beginning)
    socket.on('error', () => undefined)
    socket.resume()
    socket.on('close', () => {
      clearInterval(timer)
      resolve((performance.now() - start) / 1_000)
    })
  })
}

describe.concurrent('a client that is slow', () => {
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-gateway-secret: ${gatewaySecret}\r\n`

  it('with its headers, its body, or with everything, is hung up on after ten seconds', async () => {
    const seconds = await Promise.all([
      trickle('', ''),
      trickle('POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ', 'x'),
      trickle(`${head}content-length: 1000\r\n\r\n{`, ' '),
      trickle(`${head}content-length: 1000\r\n\r\n{`, ''),
      trickle(`${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
    ])
    for (const after of seconds) {
      expect(after).toBeGreaterThan(9)
      // Sooner than one is on whose connection nothing moves.
      expect(after).toBeLessThan(limits.connection.stalledSeconds)
    }
  })

  it('to read its answer is hung up on when nothing has moved for half a minute', () => {
    expect(app.server.app.server.timeout).toBe(30_000)
  })

  it('is not a gateway that keeps its connection, for as long as gateways do', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const look = async () => {
      const sending = request(`${new URL(app.server.url).origin}/livez`, { agent }).end()
      const [response] = (await once(sending, 'response')) as [IncomingMessage]
      await text(response)
      return { hint: response.headers['keep-alive'], isReused: sending.reusedSocket }
    }
    try {
      expect(await look()).toEqual({ hint: 'timeout=100', isReused: false })
      // Longer than a request may take to arrive, and than Node keeps a connection unless told.
      await sleep(12_000)
      expect(await look()).toMatchObject({ isReused: true })
    } finally {
      agent.destroy()
    }
  })
})

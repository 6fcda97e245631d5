import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startProcess } from '../support/process.ts'
import { openTestService } from '../support/test-service.ts'
import { fromGateway, send } from '../support/wire.ts'

const app = await openTestService()
const body = JSON.stringify({ query: '{ viewer { id contacts { totalCount } } }' })

interface Outcome {
  readonly begun: number
  readonly over: number
  readonly status: number | string
  readonly connection: string | undefined
}

/** One request on the agent's connection. What fails is an outcome too. */
function ask(url: string, agent: Agent, token: string | null): Promise<Outcome> {
  const begun = performance.now()
  return new Promise((resolve) => {
    const fail = ({ message: status }: Error) => {
      resolve({ begun, over: performance.now(), status, connection: undefined })
    }
    const sending = request(
      url,
      { method: 'POST', agent, headers: fromGateway(token) },
      (response) => {
        response.resume()
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response
          resolve({ begun, over: performance.now(), status, connection: headers.connection })
        })
        response.on('error', (error) => {
          fail(error)
        })
      },
    )
    sending.on('error', (error) => {
      fail(error)
    })
    sending.end(body)
  })
}

describe('a process that is told to end', () => {
  it('fails no request on connections that are kept alive, and takes new ones for a while', async () => {
    const service = await startProcess(app, { SHUTDOWN_GRACE: '8' })
    const [alice] = await app.people('alice')
    const token = await alice.token()
    const outcomes: Outcome[] = []
    const keepAsking = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (;;) {
        const outcome = await ask(service.url, agent, token)
        outcomes.push(outcome)
        if (outcome.status !== 200 || outcome.connection === 'close') break
      }
      agent.destroy()
    }
    const idle = new Agent({ keepAlive: true, maxSockets: 1 })
    await ask(service.url, idle, token)
    const clients = Array.from({ length: 24 }, keepAsking)
    await sleep(500)
    const ended = service.end()
    await Promise.all(clients)
    const ready = await service.look('readyz')
    expect(ready).toMatchObject({ status: 503, body: '{"status":"draining"}' })
    // A connection that was idle when the signal came, and a new one.
    for (const agent of [idle, new Agent()]) outcomes.push(await ask(service.url, agent, token))
    const lonely = await send(service.url, { headers: fromGateway(token), body })
    expect(lonely).toMatchObject({ status: 200, headers: { connection: 'close' } })

    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([])
    const closed = outcomes.filter(({ connection }) => connection === 'close')
    expect(closed).toHaveLength(26)
    // From the first that was told so, everybody is.
    const first = Math.min(...closed.map(({ over }) => over))
    const later = outcomes.filter(({ begun }) => begun > first)
    expect(later.filter(({ connection }) => connection !== 'close')).toEqual([])
    const { code, after } = await ended
    expect(code).toBe(0)
    expect(after).toBeGreaterThan(7_900)
  })

  it('waits for no client that does not finish its request', async () => {
    const service = await startProcess(app)
    const { port } = new URL(service.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n')
    await sleep(200)
    const { code, after } = await service.end()
    expect(code).toBe(0)
    expect(after).toBeLessThan(9_000)
  })
})

import { once } from 'node:events'
import { Agent } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { limits } from '../../src/limits.ts'
import { post } from '../../src/worker/post.ts'

// One attempt, to endpoints that answer what and as they like.

const forever = new AbortController().signal

/** A server that is told of each request on each of its connections, and writes what it wants. */
async function serve(answer: (socket: Socket, request: number) => void): Promise<string> {
  const server = createServer((socket) => {
    let requests = 0
    socket.on('data', () => {
      answer(socket, ++requests)
    })
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
}

function sender(url: string, timeoutMs?: number) {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => {
    agent.destroy()
  })
  const message = { url, agent: () => agent, headers: { 'webhook-id': '1' }, body: '{}' }
  return (signal = forever) => post(message, signal, timeoutMs)
}

const ok = 'HTTP/1.1 204 No Content\r\n\r\n'

describe('an attempt', () => {
  it('keeps the connection for the next one', async () => {
    const requests: number[] = []
    const url = await serve((socket, request) => {
      requests.push(request)
      socket.write(ok)
    })
    const send = sender(url)
    expect([await send(), await send()]).toEqual([{ status: 204 }, { status: 204 }])
    expect(requests).toEqual([1, 2])
  })

  it('is made again at once when a kept connection turns out to be closed', async () => {
    const url = await serve((socket, request) => {
      if (request === 1) socket.write(ok)
      else socket.resetAndDestroy()
    })
    const send = sender(url)
    expect([await send(), await send()]).toEqual([{ status: 204 }, { status: 204 }])
  })

  it('is made again only once, however many connections were kept', async () => {
    const kept: Socket[] = []
    let more = 0
    const url = await serve((socket, request) => {
      if (request === 1 && more === 0) {
        // All at the same time, so that each has a connection of its own.
        if (kept.push(socket) === 5) for (const each of kept) each.write(ok)
      } else {
        more++
        socket.resetAndDestroy()
      }
    })
    const send = sender(url)
    await Promise.all(Array.from({ length: 5 }, () => send()))
    expect(await send()).toEqual({ failure: expect.stringContaining('ECONNRESET') })
    expect(more).toBe(2)
  })

  it('has its time but once, also when it is made again', async () => {
    const waiting: Socket[] = []
    const url = await serve((socket, request) => {
      if (request === 1 && waiting.length === 0) socket.write(ok)
      else waiting.push(socket)
    })
    const send = sender(url)
    await send()
    onTestFinished(() => void vi.useRealTimers())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const sending = send()
    await expect.poll(() => waiting.length).toBe(1)
    vi.advanceTimersByTime(10_000)
    waiting[0]?.resetAndDestroy()
    await expect.poll(() => waiting.length).toBe(2)
    vi.advanceTimersByTime(5_000)
    expect(await sending).toEqual({ failure: 'no answer within 15 s' })
  })

  it('fails when a new connection is closed', async () => {
    const url = await serve((socket) => {
      socket.resetAndDestroy()
    })
    expect(await sender(url)()).toEqual({ failure: expect.stringContaining('ECONNRESET') })
  })

  it('follows no redirect', async () => {
    const url = await serve((socket) => {
      socket.write(
        'HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n',
      )
    })
    expect(await sender(url)()).toEqual({ status: 307 })
  })

  it('gives what Retry-After says', async () => {
    const url = await serve((socket) => {
      socket.write('HTTP/1.1 429 Wait\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n')
    })
    expect(await sender(url)()).toEqual({ status: 429, retryAfter: '7' })
  })

  it.each([
    ['never', () => undefined],
    [
      'without end',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ')
        const more = setInterval(() => socket.write('x'), 20)
        socket.on('close', () => {
          clearInterval(more)
        })
      },
    ],
  ])('ends after its time when the endpoint answers %s', async (_how, answer) => {
    expect(await sender(await serve(answer), 200)()).toEqual({ failure: 'no answer within 0.2 s' })
  })

  it('hangs up on a body that is longer than 1 KB', async () => {
    let hungUp: Promise<unknown> = Promise.resolve()
    const url = await serve((socket) => {
      hungUp = once(socket, 'close')
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${'x'.repeat(2_000)}`)
    })
    expect(await sender(url)()).toEqual({ status: 200 })
    await hungUp
  })

  it('is over when it hangs up, after its time, on a body that does not end', async () => {
    let isOpen = true
    const url = await serve((socket) => {
      socket.on('close', () => (isOpen = false))
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx')
    })
    const begun = performance.now()
    // A busy machine may take its time for the status. The body has less.
    expect(await sender(url, 10_000)()).toEqual({ status: 200 })
    expect(performance.now() - begun).toBeGreaterThan(limits.webhooks.bodyMs - 50)
    await expect.poll(() => isOpen).toBe(false)
  })

  it('fails when the endpoint begins to speak another protocol', async () => {
    const url = await serve((socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      )
    })
    expect(await sender(url)()).toEqual({ failure: 'closed without an answer' })
  })

  it('counts a status that garbage follows', async () => {
    const url = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ngarbage\r\n')
    })
    expect(await sender(url)()).toEqual({ status: 200 })
  })

  it('ends when it is told to', async () => {
    const url = await serve(() => undefined)
    const ending = new AbortController()
    const sending = sender(url)(ending.signal)
    setTimeout(() => {
      ending.abort()
    }, 50)
    expect(await sending).toBe('interrupted')
  })

  it('fails when nothing may be sent to the URL', async () => {
    const agent = () => {
      throw new Error('http: is not allowed')
    }
    const answer = await post({ url: 'http://127.0.0.1/', agent, headers: {}, body: '' }, forever)
    expect(answer).toEqual({ failure: 'http: is not allowed' })
  })
})

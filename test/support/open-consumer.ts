import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import { Webhook } from 'standardwebhooks'

/** What a consumer gets, as it came. */
export interface Received {
  readonly headers: Record<string, string>
  readonly body: string
  readonly at: number
}

/** An event in the body of what was received. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly pairversion: string
  readonly traceparent?: string
  readonly data: Record<string, unknown>
}

/** A service that receives webhooks on this machine. */
export interface Consumer {
  readonly url: string
  readonly secret: string
  readonly received: Received[]
  /**
   * The events in it, verified by the public library when they came.
   * @throws when one of them was not signed as it must be
   */
  events(): ReceivedEvent[]
  /** How it answers: 204 unless told otherwise. */
  answer: (response: ServerResponse, received: Received) => void
  close(): void
}

/** Starts a consumer that accepts everything, for the caller to close. */
export async function openConsumer(): Promise<Consumer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received = {
        headers: plain(request.headers),
        body: Buffer.concat(chunks).toString(),
        at: Date.now(),
      }
      consumer.received.push(received)
      verified.push(verify(received))
      consumer.answer(response, received)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const verifier = new Webhook(secret)
  const verified: (ReceivedEvent | Error)[] = []
  const verify = ({ body, headers }: Received) => {
    try {
      return verifier.verify(body, headers) as ReceivedEvent
    } catch (error) {
      return error as Error
    }
  }
  const consumer: Consumer = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events?for=us`,
    secret,
    received: [],
    events: () =>
      verified.map((event) => {
        if (event instanceof Error) throw event
        return event
      }),
    answer: (response) => {
      response.writeHead(204).end()
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return consumer
}

/** Lets a database tell a consumer of events, past the command that operators use. */
export async function addEndpoint(
  admin: Pick<pg.Pool, 'query'>,
  { url, secret }: Pick<Consumer, 'url' | 'secret'>,
  kinds: readonly string[] | null = null,
): Promise<string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const { rows } = await admin.query<{ id: string }>(
    'insert into webhook_endpoints (url, secret, kinds) values ($1, $2, $3) returning id',
    [url, key, kinds],
  )
  return rows[0]?.id ?? ''
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

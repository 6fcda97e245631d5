import { type OutgoingHttpHeaders, request } from 'node:http'
import { gatewaySecret } from './test-service.ts'

/** What came back over a real socket. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What to send; a header with several values goes out as several headers. */
export interface Sent {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

/**
 * Sends one request over a socket of its own. An answer that comes before the body has been taken
 * is an answer.
 */
export function send(url: string, { method = 'POST', headers = {}, body }: Sent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let answered = false
    const sending = request(url, { method, headers, agent: false }, (response) => {
      answered = true
      const parts: Buffer[] = []
      const finish = () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        })
        sending.destroy()
      }
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', finish)
      response.on('error', finish)
    })
    sending.on('error', (error) => {
      if (!answered) reject(error)
    })
    sending.end(body)
  })
}

/** The headers of a JSON request from the gateway. */
export function fromGateway(token?: string | null): OutgoingHttpHeaders {
  return {
    'content-type': 'application/json',
    'x-gateway-secret': gatewaySecret,
    ...(token != null && { authorization: `Bearer ${token}` }),
  }
}

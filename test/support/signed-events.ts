import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** A secret of a webhook endpoint that is nobody's. */
export const endpointSecret = `whsec_${Buffer.alloc(32, 'endpoint').toString('base64')}`

/** An event as connections sends it: a CloudEvent about two people. */
export interface SentEvent {
  readonly specversion: string
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly datacontenttype: string
  readonly pairversion: string
  readonly data: object
}

let lastVersion = 0

/** An event that is newer than all that were made before it. */
export function makeEvent(type: string, data: object, time = new Date()): SentEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://connections.test',
    type,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    pairversion: String(++lastVersion),
    data,
  }
}

/** The headers of Standard Webhooks over a body. */
export function signatureOf(id: string, body: string, secret = endpointSecret, at = new Date()) {
  return {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
}

/** Sends an event to an endpoint, and gives the status of the answer. */
export async function sendEvent(
  url: string,
  event: SentEvent,
  secret = endpointSecret,
  at = new Date(),
): Promise<number> {
  const body = JSON.stringify(event)
  const headers = signatureOf(event.id, body, secret, at)
  return (await fetch(url, { method: 'POST', headers, body })).status
}

import { Webhook } from 'standardwebhooks'
import type { Store } from '../store.ts'

/** Where notifications takes events. */
export interface InboxEndpoint {
  readonly url: string
  /** As Standard Webhooks write it. */
  readonly secret: string
}

/** Events that are read at once; each is a request of its own. */
const mostAtOnce = 50

/** How long notifications may take to answer. */
const timeoutMs = 5_000

interface EventRow {
  readonly id: string
  readonly type: string
  readonly data: object
  readonly at: Date
}

/**
 * Sends the events that wait to notifications, the oldest first, as CloudEvents with the signature
 * of Standard Webhooks, and deletes each that is taken. If this ends in between, an event is sent
 * again, with the same id. An event that is refused is put aside with the status.
 * @returns whether more may wait
 * @throws when notifications did not answer: the events stay
 */
export async function tellInbox(
  store: Store,
  { url, secret }: InboxEndpoint,
  signal?: AbortSignal,
): Promise<boolean> {
  const events = await store.rows<EventRow>(
    'select id, type, data, at from inbox_events where refused is null order by place limit $1',
    [mostAtOnce],
  )
  const webhook = new Webhook(secret)
  for (const event of events) {
    const body = JSON.stringify(toCloudEvent(event))
    const sentAt = new Date()
    const timeout = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
        'webhook-signature': webhook.sign(event.id, sentAt, body),
      },
      body,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    await response.text()
    if (response.ok) await store.rows('delete from inbox_events where id = $1', [event.id])
    else if (response.status === 400)
      await store.rows('update inbox_events set refused = $2 where id = $1', [event.id, '400'])
    else throw new Error(`notifications answered ${response.status}`)
  }
  return events.length === mostAtOnce
}

function toCloudEvent({ id, type, data, at }: EventRow) {
  return {
    specversion: '1.0',
    id,
    source: 'https://games.example',
    type,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  }
}

import { cloudEventType, type DispatchedEvent, toCloudEvent } from '../events/envelope.ts'
import { signatureOf } from './signature.ts'

/**
 * The headers and the body of one attempt: a new time and a new signature, the same event.
 * @param keys what to sign with; two while one replaces the other
 */
export function messageOf(
  event: DispatchedEvent,
  keys: readonly Buffer[],
  traceHeaders: Readonly<Record<string, string>> = {},
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(toCloudEvent(event))
  const seconds = Math.floor(Date.now() / 1_000)
  return {
    body,
    headers: {
      'content-type': cloudEventType,
      'user-agent': 'connections-webhooks',
      'webhook-id': event.id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatureOf(keys, event.id, seconds, body),
      ...traceHeaders,
    },
  }
}

import { createHmac } from 'node:crypto'

/**
 * The `webhook-signature` of one message, as Standard Webhooks 1.0 wants it: one signature for each
 * key, so that a consumer who knows either can verify it.
 * @param keys two while one replaces the other
 * @param id the `webhook-id`
 * @param seconds the `webhook-timestamp`
 */
export function signatureOf(
  keys: readonly Buffer[],
  id: string,
  seconds: number,
  body: string,
): string {
  const signed = `${id}.${seconds}.${body}`
  return keys
    .map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    .join(' ')
}

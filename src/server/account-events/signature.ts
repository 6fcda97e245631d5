import type { IncomingHttpHeaders } from 'node:http'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/**
 * The id of a message that is signed with one of the secrets and not older or newer than five
 * minutes; null for every other message.
 */
export type VerifySignature = (body: Buffer, headers: IncomingHttpHeaders) => string | null

/**
 * Verifies messages as Standard Webhooks 1.0 says. Svix, which had it first, calls the headers
 * `svix-…`.
 * @param secrets of the form `whsec_…`
 */
export function signatureCheck(secrets: readonly string[]): VerifySignature {
  const known = secrets.map((secret) => new Webhook(secret))
  return (body, headers) => {
    const signed = signedHeaders(headers, 'webhook') ?? signedHeaders(headers, 'svix')
    if (signed === null) return null
    // With every secret, so that the time does not tell which one it is.
    const isGood = known.map((webhook) => isSignedWith(webhook, body, signed))
    return isGood.includes(true) ? signed['webhook-id'] : null
  }
}

interface SignedHeaders extends Record<string, string> {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

/** What an id may be: it is kept, and logged. */
const idForm = /^[\x21-\x7e]{1,255}$/

function signedHeaders(headers: IncomingHttpHeaders, prefix: string): SignedHeaders | null {
  const { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: timestamp } = headers
  const signature = headers[`${prefix}-signature`]
  if (typeof id !== 'string' || !idForm.test(id)) return null
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return null
  if (typeof signature !== 'string') return null
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
}

function isSignedWith(webhook: Webhook, body: Buffer, headers: SignedHeaders): boolean {
  try {
    webhook.verify(body, headers, { jsonParse: false })
    return true
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false
    throw error
  }
}

import { z } from 'zod'

/** `whsec_` and the key in base64, as providers show it. */
const form = /^whsec_((?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?)$/

/** Bytes of a key, as Standard Webhooks says. The library that verifies takes any number. */
const fewestBytes = 24
const mostBytes = 64

/**
 * Why nothing can be a secret of a webhook; null when it can. Nothing of the text is repeated.
 */
function unfitWebhookSecret(secret: string): string | null {
  const [, base64] = form.exec(secret) ?? []
  if (base64 === undefined) return 'must be whsec_ and a key in base64'
  const { length } = Buffer.from(base64, 'base64')
  return length < fewestBytes || length > mostBytes
    ? `needs a key of ${fewestBytes} to ${mostBytes} bytes (got ${length})`
    : null
}

/** One secret, or two while one replaces the other. */
export const webhookSecretList = z
  .array(z.string())
  .max(2, 'must have at most two secrets: the new one and the old one')
  .superRefine((secrets, context) => {
    for (const [place, secret] of secrets.entries()) {
      const unfit = unfitWebhookSecret(secret)
      if (unfit !== null)
        context.addIssue({ code: 'custom', message: `entry ${place + 1} ${unfit}` })
    }
  })

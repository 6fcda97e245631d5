import { randomBytes } from 'node:crypto'

/** Bytes of a secret, as Standard Webhooks 1.0 has them; ours have 32. */
const fewestBytes = 24
const mostBytes = 64
const prefix = 'whsec_'

/** A new secret for one endpoint. */
export function newSecret(): Buffer {
  return randomBytes(32)
}

/** The secret as its consumer needs it: `whsec_` and base64. */
export function secretText(secret: Buffer): string {
  return prefix + secret.toString('base64')
}

/**
 * Reads a secret that the operator brings along; null when it is none. White space around it is
 * ignored, because files end with a line break.
 */
export function parseSecret(text: string): Buffer | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith(prefix)) return null
  const encoded = trimmed.slice(prefix.length)
  const secret = Buffer.from(encoded, 'base64')
  // Node leaves out what is not base64, so that a mistyped secret would become another one.
  if (secret.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) return null
  return secret.length >= fewestBytes && secret.length <= mostBytes ? secret : null
}

/** What a secret that was brought along must be, as the end of a sentence. */
export const secretForm = `${prefix} and ${fewestBytes} to ${mostBytes} bytes in base64`

import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Tells whether a request comes from the gateway: its secret is one of ours. Digests are compared, in constant time,
 * so that neither the length nor a matching beginning of a guess can be measured; every secret is always looked at.
 */
export function gatewayProof(
  secrets: readonly string[],
): (sent: string | string[] | undefined) => boolean {
  const known = secrets.map(digest)
  return (sent) => {
    if (typeof sent !== 'string') return false
    const guess = digest(sent)
    return known.map((secret) => timingSafeEqual(secret, guess)).includes(true)
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

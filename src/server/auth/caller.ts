import { hash, timingSafeEqual } from 'node:crypto'
import type { ServiceSecret } from './service-secrets.ts'

/**
 * Who has sent a request, by its secret: the gateway, for anybody, or a backend with a secret of
 * its own.
 */
type Caller = { readonly kind: 'gateway' } | { readonly kind: 'service'; readonly name: string }

/**
 * Tells by the value of `X-Gateway-Secret` who has sent a request; null when it is nobody's secret.
 */
export type CallerOf = (sent: string | string[] | undefined) => Caller | null

const gateway: Caller = { kind: 'gateway' }

/**
 * Recognises callers by their secrets. Digests are compared in constant time, so that neither the
 * length nor a matching beginning of a guess can be measured, and every secret is compared with
 * every guess, so that nothing tells how far down the list a match stands.
 */
export function callersBySecret(
  gatewaySecrets: readonly string[],
  serviceSecrets: readonly ServiceSecret[] = [],
): CallerOf {
  const known = [
    ...gatewaySecrets.map((secret) => ({ secret: digest(secret), caller: gateway })),
    ...serviceSecrets.map(({ name, secret }) => ({
      secret: digest(secret),
      caller: { kind: 'service', name } as const,
    })),
  ]
  return (sent) => {
    if (typeof sent !== 'string') return null
    const guess = digest(sent)
    const equal = known.map(({ secret }) => timingSafeEqual(secret, guess))
    return known[equal.indexOf(true)]?.caller ?? null
  }
}

function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

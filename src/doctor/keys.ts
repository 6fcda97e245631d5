import { importJWK, type JWK } from 'jose'
import { algorithms } from '../base/viewer-proof.ts'
import { type Found, unknown, well, wrong } from './finding.ts'
import { silence } from './silence.ts'

/** As long as the service itself waits for them, in milliseconds. */
const patience = 3_000

/** Whether the auth service's public keys can be had, and one of them is good for judging tokens. */
export async function checkKeys(jwksUrl: string | null): Promise<Found> {
  if (jwksUrl === null) return unknown('AUTH_JWKS_URL names nothing that could be asked')
  const where = new URL(jwksUrl)
  const place = `${where.origin}${where.pathname}`
  const cure = 'correct AUTH_JWKS_URL, or the auth service behind it'
  const response = await fetch(jwksUrl, { signal: AbortSignal.timeout(patience) }).catch(
    (error: unknown) => silence(error, patience),
  )
  if (typeof response === 'string') return wrong(`${place}: ${response}`, cure)
  if (!response.ok) return wrong(`${place} answers ${response.status}`, cure)
  const keys = keysOf(await response.text().catch(() => ''))
  if (keys === null) return wrong(`${place} answers with something that is no key set`, cure)
  const verdicts = await Promise.all(keys.map(unusable))
  if (keys.some((key) => typeof key === 'object' && key !== null && 'd' in key)) {
    return wrong(
      `${place} shows a private key to everybody`,
      'take it back, make a new one, and publish public parts only',
    )
  }
  const good = verdicts.filter((problem) => problem === null).length
  if (good > 0) return well(`${place}: ${good} of ${keys.length} can verify tokens`)
  const why = verdicts.length === 0 ? 'it is empty' : [...new Set(verdicts)].join('; ')
  return wrong(
    `${place} has no key that is usable: ${why}`,
    `let the auth service sign with one of ${algorithms.join(', ')}`,
  )
}

/** The keys of a key set (RFC 7517); null for any other text. */
function keysOf(text: string): readonly unknown[] | null {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return Array.isArray(keys) ? keys : null
  } catch {
    return null
  }
}

/** Why no token can be judged with this key; null when one can. */
async function unusable(key: unknown): Promise<string | null> {
  if (typeof key !== 'object' || key === null) return 'not an object'
  const { kty = 'no kty', alg, use = 'sig', key_ops: operations = ['verify'] } = key as JWK
  if (use !== 'sig' || !operations.includes('verify')) return 'not for signatures'
  if (alg !== undefined && !algorithms.includes(alg)) return `${alg} is not asymmetric`
  if (!(kty in byKind)) return `kty ${kty} is not asymmetric`
  try {
    await importJWK(key as JWK, alg ?? byKind[kty])
    return null
  } catch {
    return 'damaged'
  }
}

/** What a key that names no algorithm is tried with; the kind is what matters. */
const byKind: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' }

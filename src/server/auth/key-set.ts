import { createLocalJWKSet, type JWK } from 'jose'

/**
 * Signatures that only the holder of a private key can make. `none` and the HMACs are not among
 * them.
 */
export const algorithms = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'Ed25519',
  // The old name of Ed25519, which RFC 9864 replaces.
  'EdDSA',
]

/** Shorter RSA keys can be broken, and the library refuses them when a token is verified. */
const fewestRsaBits = 2_048

/** The problem of an entry that everybody can sign with. */
export const privateKey = 'a private key'

/** An entry of a key set (RFC 7517). */
export interface JudgedKey {
  /** The key, when it can verify tokens. */
  readonly key: JWK | null
  /** Why it cannot; null when it can. In a few words, which never repeat a part of the key. */
  readonly problem: string | null
}

/**
 * Reads a key set and judges each entry by itself, so that one that is damaged takes nothing from
 * the others. The service verifies with exactly the keys that are found good here, and `doctor`
 * tells what is found of the rest.
 * @throws for a text that is no key set
 */
export async function readKeySet(text: string): Promise<readonly JudgedKey[]> {
  const set: unknown = JSON.parse(text)
  if (!isRecord(set) || !Array.isArray(set['keys'])) throw new Error('This is not a JWKS.')
  return Promise.all(set['keys'].map(judge))
}

async function judge(entry: unknown): Promise<JudgedKey> {
  if (!isRecord(entry)) return { key: null, problem: 'not an object' }
  const key = withoutOldName(entry)
  const verdicts = await Promise.all(algorithms.map((alg) => problemWith(key, alg)))
  const problem = verdicts.includes(null) ? null : explain(key, verdicts)
  return { key: problem === null ? key : null, problem }
}

/**
 * Tokens and keys of Ed25519 fit together whichever of its two names each has: the curve says
 * enough.
 */
function withoutOldName(key: JWK): JWK {
  const { alg, ...nameless } = key
  return key.crv === 'Ed25519' && (alg === 'EdDSA' || alg === 'Ed25519') ? nameless : key
}

/**
 * Why no token of this algorithm can be verified with the key: as the library finds when it must.
 * Null when one can.
 */
async function problemWith(key: JWK, alg: string): Promise<string | null> {
  try {
    const keys = createLocalJWKSet({ keys: [key] })
    const { algorithm } = await keys({ alg }, { payload: '', signature: '' })
    const { modulusLength: bits = fewestRsaBits } = algorithm as { modulusLength?: number }
    return bits < fewestRsaBits ? `${bits} bits are fewer than ${fewestRsaBits}` : null
  } catch {
    return 'damaged'
  }
}

/**
 * The reason that its owner can act on. The types are only claims here: an issuer may publish
 * anything.
 */
function explain(key: JWK, verdicts: readonly (string | null)[]): string {
  const { kty = 'no kty', alg, use = 'sig', key_ops: operations = ['verify'] } = key
  if (!['RSA', 'EC', 'OKP'].includes(kty)) return `kty ${shortened(kty)} is not asymmetric`
  if ('d' in key) return privateKey
  const verifies = Array.isArray(operations) && operations.includes('verify')
  if (use !== 'sig' || !verifies) return 'not for signatures'
  if (alg !== undefined && !algorithms.includes(alg)) return `${shortened(alg)} is not supported`
  if (key.x5c !== undefined && key.n === undefined && key.x === undefined)
    return 'a certificate (x5c) without the key itself'
  return verdicts.find((verdict) => verdict !== 'damaged') ?? 'damaged'
}

const shortened = (text: unknown) => (typeof text === 'string' ? text.slice(0, 30) : 'not a text')

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

/**
 * What the dev stack's tokens say about who issued them and for whom. The port may change from run
 * to run; the name stays.
 */
const developmentIssuer = {
  issuer: 'http://127.0.0.1:4010',
  audience: 'connections-development',
}

/** An issuer of real tokens: what an auth service has, without its people. */
export interface Issuer {
  readonly issuer: string
  readonly audience: string
  /** The public keys, the one in use first. */
  jwks(): JSONWebKeySet
  /** A person's token, good for twelve hours. */
  tokenFor(userId: string): Promise<string>
  /** Another backend's token: it has a scope, and its subject is nobody's id. */
  serviceToken(client?: string): Promise<string>
  /**
   * Any claims at all, signed with the key in use: for tests of tokens that must be refused.
   * Nothing is added.
   */
  sign(claims: JWTPayload): Promise<string>
  /** Signs with a new key from now on. The old ones stay in the JWKS until `retire`. */
  rotate(): Promise<void>
  /**
   * Drops all keys but the one in use: tokens signed with them are refused once the verifier has
   * looked again.
   */
  retire(): void
}

/** Makes an issuer. Without a key it makes its own, which dies with it. */
export async function createIssuer(
  options: { issuer?: string; audience?: string; key?: JWK } = {},
): Promise<Issuer> {
  const { issuer, audience } = { ...developmentIssuer, ...options }
  const first = options.key ?? (await newKey())
  let [inUse, keys] = [first, [first]]
  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: inUse.kid ?? '' })
      .sign(inUse)
  const signFor = (claims: JWTPayload): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000)
    return sign({ iss: issuer, aud: audience, iat, exp: iat + 12 * 60 * 60, ...claims })
  }
  return {
    issuer,
    audience,
    jwks: () => ({ keys: keys.map(publicPart) }),
    tokenFor: (userId) => signFor({ sub: userId }),
    serviceToken: (client = 'dev') =>
      signFor({ sub: `service:${client}`, client_id: client, scope: 'connections:service' }),
    sign,
    rotate: async () => {
      inUse = await newKey()
      keys = [inUse, ...keys]
    },
    retire: () => {
      keys = [inUse]
    },
  }
}

/**
 * The key in a file, made at the first call, readable by its owner only: tokens stay good when the
 * dev stack starts again.
 */
export async function keptKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK
  } catch {
    const key = await newKey()
    await mkdir(dirname(file), { recursive: true })
    const half = `${file}.${randomUUID()}`
    await writeFile(half, JSON.stringify(key), { mode: 0o600 })
    await rename(half, file)
    return key
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = await exportJWK(privateKey)
  return { ...key, kid: await calculateJwkThumbprint(key), alg: 'ES256', use: 'sig' }
}

function publicPart({ kty, crv, x, y, kid, alg, use }: JWK): JWK {
  return { kty, crv, x, y, kid, alg, use } as JWK
}

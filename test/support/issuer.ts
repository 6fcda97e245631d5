import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** A key of the issuer. */
export interface IssuerKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** Not the development default, which production refuses. */
const audience = 'the-connections-of-the-tests'

/**
 * An auth service for tests: publishes keys, counts how often it is asked for them, and signs
 * whatever it is told.
 */
export async function startIssuer() {
  const published: IssuerKey[] = [await createKey('first')]
  const state = { fetches: 0, down: false }
  const server = createServer((_request, response) => {
    state.fetches++
    response.statusCode = state.down ? 500 : 200
    response.end(JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url,
    jwksUrl: `${url}/jwks.json`,
    audience,
    published,
    state,
    /** A token with the given claims on top of good ones; `undefined` takes a claim away. */
    async token(claims: JWTPayload, signing: Signing = {}): Promise<string> {
      const now = Math.floor(Date.now() / 1000)
      const key = signing.key ?? published[0]
      if (key === undefined) throw new Error('The issuer has no key.')
      return new SignJWT({ iss: url, aud: audience, iat: now, exp: now + 600, ...claims })
        .setProtectedHeader({
          alg: 'ES256',
          kid: key.kid,
          ...signing.header,
        } as JWTHeaderParameters)
        .sign(signing.secret ?? key.privateKey)
    },
    async close(): Promise<void> {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** How to sign when it is not with the first published key. */
export interface Signing {
  readonly key?: IssuerKey
  readonly secret?: Uint8Array
  /** `undefined` takes a parameter away. */
  readonly header?: {
    readonly [name in keyof JWTHeaderParameters]?: JWTHeaderParameters[name] | undefined
  }
}

/** A key that nobody knows until it is published. */
export async function createKey(kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } }
}

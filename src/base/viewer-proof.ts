import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose'
import { parseUserId } from './ids.ts'
import { anonymous, type Identity } from './identity.ts'
import { patientFetch } from './patient-fetch.ts'

/** Signatures that only the holder of a private key can make. `none` and the HMACs are not among them. */
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
  'EdDSA',
]

/** The scope of another backend's token. */
const serviceScope = 'connections:service'

/** A token that proves nothing. The message is for whoever made the token; it never repeats what was in it. */
export class TokenRefused extends Error {}

/** The issuer's keys could not be had, so no token can be judged just now. */
export class KeysUnavailable extends Error {}

export type ViewerProof = (authorization: string | undefined) => Promise<Identity>

/**
 * Reads who asks from an `Authorization` header (DESIGN 4): a bearer JWT of the configured issuer, for our audience,
 * with `sub`, `iat` and `exp`. A `sub` that is a UUID is a viewer, whatever the scopes; a service has the scope
 * `connections:service` and no such `sub`. No header: anonymous.
 *
 * Keys are fetched when first needed and cached for ten minutes; an unknown key id makes us look again, at most once
 * in 30 seconds.
 * @throws TokenRefused for any token that is not good, KeysUnavailable when that could not be found out
 */
export function viewerProof(auth: { jwksUrl: URL; issuer: string; audience: string }): ViewerProof {
  const keys = createRemoteJWKSet(auth.jwksUrl, {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
    [customFetch]: patientFetch(5_000, (text) =>
      createLocalJWKSet(JSON.parse(text) as JSONWebKeySet),
    ),
  })
  return async (authorization) => {
    if (authorization === undefined) return anonymous
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1]
    if (token === undefined) throw new TokenRefused('Send `Authorization: Bearer <token>`.')
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        issuer: auth.issuer,
        audience: auth.audience,
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: 5,
      })
      return identityOf(payload)
    } catch (error) {
      throw explain(error)
    }
  }
}

function identityOf({ sub, scope, client_id: client }: JWTPayload): Identity {
  // Typed as a string by the library, which does not look.
  if (typeof sub !== 'string') throw new TokenRefused('The claim `sub` is not a string.')
  const userId = parseUserId(sub)
  if (userId !== null) return { kind: 'viewer', userId }
  if (typeof scope === 'string' && scope.split(' ').includes(serviceScope)) {
    return { kind: 'service', name: typeof client === 'string' ? client : sub }
  }
  throw new TokenRefused('The claim `sub` is not a UUID, and the token has no service scope.')
}

function explain(error: unknown): Error {
  if (error instanceof TokenRefused) return error
  if (error instanceof errors.JWTExpired) return new TokenRefused('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefused(`The claim \`${error.claim}\` is missing or wrong.`)
  }
  if (error instanceof errors.JWKSNoMatchingKey)
    return new TokenRefused('The token is signed with an unknown key.')
  if (!(error instanceof errors.JOSEError)) {
    return new KeysUnavailable('The keys of the token issuer are not available.', { cause: error })
  }
  return new TokenRefused('The token is not a valid one.')
}

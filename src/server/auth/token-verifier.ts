import { decodeJwt, errors, type JWKSCacheInput, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { anonymous, type Identity } from '../../database/identity.ts'
import { parseUserId } from '../../graphql/ids.ts'
import { issuerKeys } from './issuer-keys.ts'
import { algorithms } from './key-set.ts'
import { subjectId } from './subject-id.ts'
import { KeysNotRead, verifyToken } from './verify-token.ts'

/** The scope of another backend's token. */
const serviceScope = 'connections:service'

/** How far the issuer's clock may be from ours. */
const toleranceInSeconds = 5

/**
 * Good tokens that one process remembers. Only the issuer can make one, so nobody can fill this
 * with others.
 */
const remembered = 20_000

interface Judged {
  readonly identity: Identity
  /** Milliseconds of our clock: when the token has expired. */
  readonly until: number
  /** When the keys were taken that it was judged with. */
  readonly keysOf: number
}

/**
 * A token that proves nothing. The message is for whoever made the token; it never repeats what was
 * in it.
 */
export class TokenRefused extends Error {}

/** The issuer's keys could not be had, so no token can be judged just now. */
export class KeysUnavailable extends Error {}

export type AuthenticateViewer = (authorization: string | undefined) => Promise<Identity>

/**
 * Reads who asks from an `Authorization` header: a bearer JWT of the configured issuer, for our
 * audience, with `sub`, `iat` and `exp`. Without a namespace, a `sub` that is a UUID is a viewer,
 * whatever the scopes; a service has the scope `connections:service` and no such `sub`. With one,
 * any text can be a viewer's: see `identityOfExternal`. No header, or an empty one: anonymous.
 *
 * Keys are fetched when first needed and cached for ten minutes; an unknown key makes us look
 * again, at most once in 30 seconds. A token that was found good is not judged again before it
 * expires, the keys are due to be fetched, or others have been fetched: what is taken back is
 * refused as soon as without that memory.
 * @throws TokenRefused for any token that is not good, KeysUnavailable when that could not be found
 * out
 */
export function viewerAuthentication(auth: {
  jwksUrl: URL
  issuer: string
  audience: string
  subjectNamespace?: string
}): AuthenticateViewer {
  const good = new LRUCache<string, Judged>({ max: remembered })
  // The library writes down here when it took the keys that it holds.
  const held: { uat?: number } & JWKSCacheInput = {}
  const keys = issuerKeys(auth.jwksUrl, held)
  return async (authorization) => {
    if (authorization === undefined || authorization.trim() === '') return anonymous
    const token = bearerOf(authorization)
    if (token === undefined) throw new TokenRefused('Send `Authorization: Bearer <token>`.')
    const keysOf = held.uat
    const known = keys.fresh ? good.get(token) : undefined
    if (known !== undefined && known.keysOf === keysOf && Date.now() < known.until)
      return known.identity
    try {
      const payload = await verifyToken(token, keys, {
        algorithms,
        issuer: auth.issuer,
        audience: auth.audience,
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: toleranceInSeconds,
      })
      const identity = identityOf(payload, auth.subjectNamespace)
      const until = endOf(payload)
      if (keysOf !== undefined && keysOf === held.uat) good.set(token, { identity, until, keysOf })
      return identity
    } catch (error) {
      throw explain(error)
    }
  }
}

/**
 * When a token runs out that was found good: milliseconds of our clock, or null without a token.
 * @param authorization a header that `viewerAuthentication` has accepted
 */
export function expiryOf(authorization: string | undefined): number | null {
  const token = bearerOf(authorization ?? '')
  return token === undefined ? null : endOf(decodeJwt(token))
}

const bearerOf = (authorization: string) => /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1]

const endOf = ({ exp = 0 }: JWTPayload) => (exp + toleranceInSeconds) * 1_000

function identityOf(claims: JWTPayload, namespace: string | undefined): Identity {
  const { sub } = claims
  // Typed as a string by the library, which does not look.
  if (typeof sub !== 'string') throw new TokenRefused('The claim `sub` is not a string.')
  if (namespace !== undefined) return identityOfExternal(claims, sub, namespace)
  const userId = parseUserId(sub)
  if (userId !== null) return { kind: 'viewer', userId }
  if (!isForServices(claims))
    throw new TokenRefused('The claim `sub` is not a UUID, and the token has no service scope.')
  return { kind: 'service', name: clientOf(claims) ?? sub }
}

/**
 * The form of the subject does not tell a person from a backend here. A token with the service
 * scope must therefore be the client's own: its `sub` is its client's id, as RFC 9068 says, or that
 * id as Auth0 (`…@clients`) or the dev stack (`service:…`) write it. With another subject the token
 * could be a person's, and is neither's.
 */
function identityOfExternal(claims: JWTPayload, sub: string, namespace: string): Identity {
  if (isForServices(claims)) {
    const client = clientOf(claims)
    if (client !== null && [client, `${client}@clients`, `service:${client}`].includes(sub))
      return { kind: 'service', name: client }
    throw new TokenRefused('The token has the service scope, but its `sub` is not its client id.')
  }
  const userId = parseUserId(subjectId(namespace, sub) ?? '')
  if (userId === null)
    throw new TokenRefused('The claim `sub` is blank, too long, or has control characters.')
  return { kind: 'viewer', userId }
}

function isForServices({ scope }: JWTPayload): boolean {
  return typeof scope === 'string' && scope.split(' ').includes(serviceScope)
}

/**
 * The client that a token was given to: `client_id` (RFC 9068), or `azp`, as Auth0 and Keycloak
 * write it.
 */
function clientOf({ client_id: client, azp }: JWTPayload): string | null {
  const id = client ?? azp
  return typeof id === 'string' && id !== '' ? id : null
}

function explain(error: unknown): Error {
  if (error instanceof TokenRefused) return error
  if (error instanceof errors.JWTExpired) return new TokenRefused('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefused(`The claim \`${error.claim}\` is missing or wrong.`)
  }
  if (error instanceof errors.JWKSNoMatchingKey)
    return new TokenRefused('The token is signed with an unknown key.')
  if (error instanceof KeysNotRead)
    return new KeysUnavailable('The signing keys of the token issuer could not be loaded.', error)
  return new TokenRefused('Invalid token.')
}

import type { Identity } from './identity.ts'

/** Why there is no token, in a sentence for the developer. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn'
}

interface Kept {
  readonly token: string
  /** Milliseconds, as `Date.now` counts. */
  readonly expiresAt: number
}

/** Tokens of this page, by identity. They are kept in memory only: a reload signs in again. */
const kept = new Map<string, Kept>()

/** Sign-ins that have no answer yet, by identity. Queries of that time share the token. */
const underWay = new Map<string, Promise<string>>()

/** A token that expires this soon is fetched again, so that it does not expire on the way. */
const margin = 30_000

/**
 * A valid token; null for somebody who is signed out.
 * @param refused a token that the service has just refused; it is not returned again
 * @throws NotSignedIn when the identity is unknown, or accounts does not give a token
 */
export async function tokenOf(identity: Identity, refused?: string): Promise<string | null> {
  if (identity.kind === 'nobody') return null
  if (identity.kind === 'unknown') {
    throw new NotSignedIn(`“${identity.as}” is neither a demo person nor a UUID.`)
  }
  const known = kept.get(identity.as)
  if (known && known.token !== refused && known.expiresAt - margin > Date.now()) return known.token
  return underWay.get(identity.as) ?? ask(identity)
}

function ask({ kind, as }: Identity): Promise<string> {
  const asked = signIn(kind === 'service' ? { service: true } : { subject: as })
    .then((token) => {
      kept.set(as, { token, expiresAt: expiryOf(token) })
      return token
    })
    .finally(() => underWay.delete(as))
  underWay.set(as, asked)
  return asked
}

async function signIn(request: { subject: string } | { service: true }): Promise<string> {
  const response = await fetch('/explorer/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  }).catch(() => {
    throw new NotSignedIn(hostIsGone)
  })
  const answer = (await response.json().catch(() => ({}))) as { token?: string; message?: string }
  if (answer.token !== undefined) return answer.token
  throw new NotSignedIn(`Accounts gave no token. ${answer.message ?? ''}`.trim())
}

export const hostIsGone = 'The dev stack does not answer. Is `npm start` still running?'

/** When a token expires; 1970 when it does not say. */
function expiryOf(token: string): number {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  const { exp } = JSON.parse(atob(payload)) as { exp?: number }
  return (exp ?? 0) * 1000
}

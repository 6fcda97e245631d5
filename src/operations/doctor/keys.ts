import { algorithms, privateKey, readKeySet } from '../../server/auth/key-set.ts'
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
  // The service follows no redirects either.
  const response = await fetch(jwksUrl, {
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  }).catch((error: unknown) => silence(error, patience))
  if (typeof response === 'string') return wrong(`${place}: ${response}`, cure)
  if (!response.ok) return wrong(`${place} answers ${response.status}`, cure)
  const keys = await response
    .text()
    .then(readKeySet)
    .catch(() => null)
  if (keys === null) return wrong(`${place} answers with something that is no key set`, cure)
  const problems = keys.map(({ problem }) => problem).filter((problem) => problem !== null)
  if (problems.includes(privateKey)) {
    return wrong(
      `${place} shows a private key to everybody`,
      'take it back, make a new one, and publish public parts only',
    )
  }
  const why = [...new Set(problems)].join('; ')
  const good = keys.length - problems.length
  if (good > 0) {
    const others = why === '' ? '' : `; the others: ${why}`
    return well(`${place}: ${good} of ${keys.length} can verify tokens${others}`)
  }
  return wrong(
    `${place} has no key that is usable: ${why === '' ? 'it is empty' : why}`,
    `let the auth service sign with one of ${algorithms.join(', ')}`,
  )
}

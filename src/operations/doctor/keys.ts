import { issuerKeys, keysPatienceMs } from '../../server/auth/issuer-keys.ts'
import { algorithms, type JudgedKey, privateKey } from '../../server/auth/key-set.ts'
import { BadStatus } from '../../server/auth/patient-fetch.ts'
import { failed, type Found, ok, skipped } from './finding.ts'
import { silence } from './silence.ts'

/**
 * Whether the auth service's public keys can be had, and one of them is good for judging tokens.
 */
export async function checkKeys(jwksUrl: string | null): Promise<Found> {
  if (jwksUrl === null) return skipped('AUTH_JWKS_URL is missing or not a URL')
  const where = new URL(jwksUrl)
  const place = `${where.origin}${where.pathname}`
  const fix = 'correct AUTH_JWKS_URL, or the auth service behind it'
  let keys: readonly JudgedKey[] = []
  // As the service reads them: it follows no redirects, and waits no longer.
  const read = issuerKeys(where, {}, (entries) => {
    keys = entries
  })
  const failure = await read.reload().then(
    () => null,
    (error: unknown) => reasonOf(error),
  )
  if (failure !== null) return failed(`${place} ${failure}`, fix)
  const problems = keys.map(({ problem }) => problem).filter((problem) => problem !== null)
  if (problems.includes(privateKey)) {
    return failed(
      `${place} publishes a private key`,
      'stop using it, create a new one, and publish only the public part',
    )
  }
  const why = [...new Set(problems)].join('; ')
  const good = keys.length - problems.length
  if (good > 0) {
    const others = why === '' ? '' : `; the others: ${why}`
    return ok(`${place}: ${good} of ${keys.length} can verify tokens${others}`)
  }
  return failed(
    `${place} has no usable key: ${why === '' ? 'it is empty' : why}`,
    `let the auth service sign with one of ${algorithms.join(', ')}`,
  )
}

/** Why the keys could not be read, after the URL; the library and the service wrap the reason. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (reason instanceof BadStatus) return `answers ${reason.status}`
  const isFetch = reason instanceof TypeError || isTimeout(reason)
  return isFetch
    ? `cannot be read: ${silence(reason, keysPatienceMs)}`
    : 'does not answer with a JWKS'
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

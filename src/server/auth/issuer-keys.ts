import { createRemoteJWKSet, customFetch, jwksCache, type JWKSCacheInput } from 'jose'
import { type JudgedKey, readKeySet } from './key-set.ts'
import { patientFetch } from './patient-fetch.ts'

/** How long the issuer may take to answer, in milliseconds. */
export const keysPatienceMs = 3_000

/**
 * The issuer's keys: fetched when they are first needed, kept for ten minutes, and fetched again
 * for an unknown key, at most once in 30 seconds. Keys that cannot verify tokens are left out.
 * @param held gets the time at which the keys were taken
 * @param onRead told of every entry of each key set that is read
 */
export function issuerKeys(
  url: URL,
  held: JWKSCacheInput,
  onRead: (keys: readonly JudgedKey[]) => void = () => undefined,
): ReturnType<typeof createRemoteJWKSet> {
  return createRemoteJWKSet(url, {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: keysPatienceMs,
    // A token that names an unusable key is then one of an unknown key.
    [customFetch]: patientFetch(5_000, async (text) => {
      const entries = await readKeySet(text)
      onRead(entries)
      return JSON.stringify({ keys: entries.map(({ key }) => key).filter((key) => key !== null) })
    }),
    [jwksCache]: held,
  })
}

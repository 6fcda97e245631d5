import { refuse, type Refused } from '../graphql/refusals.ts'
import type { PairState } from './pair-state.ts'

/**
 * What every verb towards another person asks first (rule 0.4): the absent are unavailable, alike.
 * Null: go on.
 */
export function refuseAbsent(pair: PairState): Refused | null {
  if (pair.isBlocking) return refuse('BLOCKED_BY_YOU', { field: ['userId'] })
  if (pair.isAbsent) return refuse('UNAVAILABLE', { field: ['userId'] })
  return null
}

/** What only friends may do to each other. Null: go on. */
export function refuseStrangers(pair: PairState): Refused | null {
  const absent = refuseAbsent(pair)
  if (absent !== null) return absent
  return pair.friendshipLevel === null ? refuse('NOT_FRIENDS', { field: ['userId'] }) : null
}

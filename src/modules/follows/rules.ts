import { refuse, type Refused } from '../../graphql/refusals.ts'
import type { PairState } from '../../pairs/pair-state.ts'
import { refuseAbsent } from '../../pairs/rules.ts'

/**
 * `followUser` (rule 5.1). Who follows already may: the target's privacy is about new followers.
 * Null: go on.
 */
export function refuseFollow(pair: PairState): Refused | null {
  const absent = refuseAbsent(pair)
  if (absent !== null) return absent
  if (pair.isFollowing || pair.allowsFollow) return null
  // The same answer as for a person who is not there: what somebody allows is theirs to tell.
  return refuse('UNAVAILABLE', { field: ['userId'] })
}

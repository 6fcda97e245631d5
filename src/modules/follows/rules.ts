import { refuse, type Refused } from '../../graphql/refusals.ts'
import { refuseAbsent } from '../../pairs/rules.ts'
import type { Standing } from '../../pairs/pair-state.ts'

/** `followUser` (rule 5.1). Who follows already may: the target's privacy is about new followers. Null: go on. */
export function refuseFollow(standing: Standing): Refused | null {
  const absent = refuseAbsent(standing)
  if (absent !== null) return absent
  if (standing.isFollowing || standing.allowsFollow) return null
  // The same answer as for a person who is not there: what somebody allows is theirs to tell.
  return refuse('UNAVAILABLE', { field: ['userId'] })
}

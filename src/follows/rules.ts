import { refuse, type Refused } from '../base/refusals.ts'
import { refuseAbsent } from '../ties/rules.ts'
import type { Standing } from '../ties/standing.ts'

/** `followUser` (rule 5.1). Who follows already may: the target's privacy is about new followers. Null: go on. */
export function refuseFollow(standing: Standing): Refused | null {
  const absent = refuseAbsent(standing)
  if (absent !== null) return absent
  if (standing.isFollowing || standing.allowsFollow) return null
  // The same answer as for a person who is not there: what somebody allows is theirs to tell.
  return refuse('UNAVAILABLE', { field: ['userId'] })
}

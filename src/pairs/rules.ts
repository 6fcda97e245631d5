import { refuse, type Refused } from '../graphql/refusals.ts'
import type { Standing } from './pair-state.ts'

/** What every verb towards another person asks first (rule 0.4): the absent are unavailable, alike. Null: go on. */
export function refuseAbsent(standing: Standing): Refused | null {
  if (standing.isBlocking) return refuse('BLOCKED_BY_YOU', { field: ['userId'] })
  if (standing.isAbsent) return refuse('UNAVAILABLE', { field: ['userId'] })
  return null
}

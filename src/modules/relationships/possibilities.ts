import type { RelationshipAction } from '../../generated/graphql.ts'
import type { RefusalCode, Refused } from '../../graphql/refusals.ts'
import type { PairState } from '../../pairs/pair-state.ts'
import { refuseAbsent } from '../../pairs/rules.ts'
import { refuseFollow } from '../follows/rules.ts'
import { type Asking, judgeRequest, judgeUpgrade } from '../friends/requests/rules.ts'
import { refuseMessage } from '../privacy/rules.ts'

export interface Possibility {
  /** Whether acting would change something. */
  readonly allowed: boolean
  /**
   * The code that the verb would answer, or ALREADY where it would change nothing; null when it is
   * allowed.
   */
  readonly reason: RefusalCode | 'ALREADY' | null
}

/**
 * What a verb would come to, by the very rules that the verb asks. Quotas and caps are not looked
 * at. A refusal comes before ALREADY, so that somebody who blocks the viewer answers like somebody
 * who does not exist (rule 0.4); and a request that was declined is ALREADY like one that is
 * pending (rule 6.4).
 */
export function toPossibility(action: RelationshipAction, pair: PairState): Possibility {
  const reason = reasonAgainst(action, pair)
  return { allowed: reason === null, reason }
}

/**
 * Whether a verb would be let through, also where it would change nothing: what a service asks
 * before it acts (rule 13).
 */
export function isLetThrough(action: RelationshipAction, pair: PairState): boolean {
  const reason = reasonAgainst(action, pair)
  return reason === null || reason === 'ALREADY'
}

function reasonAgainst(action: RelationshipAction, pair: PairState): Possibility['reason'] {
  switch (action) {
    // Who may be seen may be invited: games set their own bars above this one (rule 13).
    case 'SEE':
    case 'INVITE':
      return reasonOf(refuseAbsent(pair), false)
    case 'MESSAGE':
      return reasonOf(refuseMessage(pair), false)
    case 'ADD_CONTACT':
      return reasonOf(refuseAbsent(pair), pair.isContact)
    case 'FOLLOW':
      return reasonOf(refuseFollow(pair), pair.isFollowing)
    case 'REQUEST_FRIEND':
      return reasonOfAsking(judgeRequest(pair))
    case 'UPGRADE':
      return reasonOfAsking(judgeUpgrade(pair))
  }
}

function reasonOf(refused: Refused | null, isSo: boolean): Possibility['reason'] {
  if (refused !== null) return refused.code
  return isSo ? 'ALREADY' : null
}

function reasonOfAsking(asking: Asking): Possibility['reason'] {
  if (asking.kind === 'refused') return asking.code
  return asking.kind === 'already' ? 'ALREADY' : null
}

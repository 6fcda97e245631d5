import { isRefused, type RefusalCode, type Refused } from '../base/refusals.ts'
import { refuseFollow } from '../follows/rules.ts'
import { judgeRequest, judgeUpgrade } from '../friends/rules.ts'
import type { RelationshipAction } from '../generated/graphql.ts'
import { refuseAbsent } from '../ties/rules.ts'
import type { Standing } from '../ties/standing.ts'

export interface Possibility {
  readonly allowed: boolean
  /** The code that the verb would answer; null when it would not refuse. */
  readonly reason: RefusalCode | null
}

/** Whether a verb would be refused, by the very rules that the verb asks. Quotas and stocks are not looked at. */
export function possibility(action: RelationshipAction, standing: Standing): Possibility {
  const refused = refusalOf(action, standing)
  return { allowed: refused === null, reason: refused?.code ?? null }
}

function refusalOf(action: RelationshipAction, standing: Standing): Refused | null {
  switch (action) {
    // Who may be seen may be written to and invited: chat and games set their own bars above this one (RULES 13).
    case 'SEE':
    case 'MESSAGE':
    case 'INVITE':
    case 'ADD_CONTACT':
      return refuseAbsent(standing)
    case 'FOLLOW':
      return refuseFollow(standing)
    case 'REQUEST_FRIEND':
      return onlyRefusals(judgeRequest(standing))
    case 'UPGRADE':
      return onlyRefusals(judgeUpgrade(standing))
  }
}

function onlyRefusals(judgement: object): Refused | null {
  return isRefused(judgement) ? judgement : null
}

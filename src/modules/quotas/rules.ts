import type { ActionQuota } from '../../generated/graphql.ts'
import { limits } from '../../limits.ts'
import type { Uses } from './sql.ts'

/**
 * What is left of each quota.
 * @param maxBlocks how many blocks of one person may stand
 */
export function remainingQuotas(uses: Uses, maxBlocks: number): ActionQuota[] {
  const { quotas, caps } = limits
  return [
    quota(
      'FRIEND_REQUESTS',
      quotas.friendRequests.most,
      uses.friendRequests,
      uses.friendRequestsResetAt,
    ),
    quota('UPGRADES', quotas.upgrades.most, uses.upgrades, uses.upgradesResetAt),
    quota('BLOCKS', maxBlocks, uses.blocks),
    quota('OPEN_REQUESTS', caps.openRequests, uses.openRequests),
    quota('FRIENDS', caps.friends, uses.friends),
    quota('CONTACT_LINKS', caps.links, uses.links),
  ]
}

/** A limit that was lowered can be below what somebody has: nothing is left then, not less. */
function quota(
  action: ActionQuota['action'],
  limit: number,
  used: number,
  resetsAt: Date | null = null,
): ActionQuota {
  return { action, limit, remaining: Math.max(0, limit - used), resetsAt }
}

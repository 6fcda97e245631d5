import type { ActionQuota } from '../../generated/graphql.ts'
import { limits } from '../../limits.ts'
import type { Uses } from './sql.ts'

/**
 * What is left of each quota.
 * @param maxBlocks how many blocks of one person may stand
 */
export function toQuotas(uses: Uses, maxBlocks: number): ActionQuota[] {
  const { quotas, caps } = limits
  return [
    toQuota(
      'FRIEND_REQUESTS',
      quotas.friendRequests.most,
      uses.friendRequests,
      uses.friendRequestsResetAt,
    ),
    toQuota('UPGRADES', quotas.upgrades.most, uses.upgrades, uses.upgradesResetAt),
    toQuota('BLOCKS', maxBlocks, uses.blocks),
    toQuota('OPEN_REQUESTS', caps.openRequests, uses.openRequests),
    toQuota('FRIENDS', caps.friends, uses.friends),
    toQuota('CONTACT_LINKS', caps.links, uses.links),
  ]
}

/** A limit that was lowered can be below what somebody has: nothing is left then, not less. */
function toQuota(
  action: ActionQuota['action'],
  limit: number,
  used: number,
  resetsAt: Date | null = null,
): ActionQuota {
  return { action, limit, remaining: Math.max(0, limit - used), resetsAt }
}

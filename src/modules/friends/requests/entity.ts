import type { RequestId } from '../../../graphql/ids.ts'
import type { Reader } from '../../../graphql/loaders.ts'
import type { FriendLoaders } from '../loaders.ts'
import type { RequestLoaders } from './loaders.ts'
import { type FriendRequest, otherOf, toSeenRequest } from './request.ts'

type RequestReader = Reader<{ readonly friends: FriendLoaders; readonly requests: RequestLoaders }>

/**
 * A request as the one who asks may know it; null for one that they are no party of, or that does
 * not exist.
 */
export async function loadRequest(
  { identity, loaders }: RequestReader,
  id: RequestId,
): Promise<FriendRequest | null> {
  if (identity.kind === 'anonymous') return null
  const request = await loaders.requests.byId.load(id)
  const reader = identity.kind === 'viewer' ? identity.userId : null
  return request && toSeenRequest(request, reader)
}

/**
 * What the requester wrote. A target who shares no friend with them reads it only by asking for it
 * (rule 6.9), so that a stranger's words never appear by themselves.
 */
export async function loadMessage(
  { identity, loaders }: RequestReader,
  request: FriendRequest,
  reveal: boolean,
): Promise<string | null> {
  const isTarget = identity.kind === 'viewer' && identity.userId === request.target
  if (request.message === null || reveal || !isTarget) return request.message
  const shared = await loaders.friends.mutualCount.load(request.requester)
  return shared > 0 ? request.message : null
}

/** How many friends the viewer shares with the other party; 0 for services, who share none. */
export async function countSharedFriends(
  { identity, loaders }: RequestReader,
  request: FriendRequest,
): Promise<number> {
  if (identity.kind !== 'viewer') return 0
  return loaders.friends.mutualCount.load(otherOf(request, identity.userId))
}

import type { RequestId, UserId } from '../../../graphql/ids.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'

export type FriendRequestStatus = 'PENDING' | 'ACCEPTED' | 'REJECTED' | 'CANCELED' | 'EXPIRED'

/**
 * A request as the database has it, with the state that the clock gives it: an open one that has
 * run out is EXPIRED.
 */
export interface FriendRequest {
  readonly id: RequestId
  readonly requester: UserId
  readonly target: UserId
  readonly level: FriendshipLevel
  readonly status: FriendRequestStatus
  readonly message: string | null
  /** Whether it is one of the target's quiet list. Never told to the requester. */
  readonly quiet: boolean
  readonly createdAt: Date
  readonly respondedAt: Date | null
  readonly expiresAt: Date
  /** Whether its time is over, answered or not. */
  readonly isOver: boolean
}

/**
 * What the one who asks may know of it: declining is silent, so a requester reads PENDING, then
 * EXPIRED (rule 6.4).
 */
export function toSeenRequest(request: FriendRequest, reader: UserId | null): FriendRequest {
  if (request.requester !== reader) return request
  // A copy also of what is pending, so that a declined one does not take longer (rule 0.9).
  if (request.status !== 'REJECTED') return { ...request, status: request.status }
  return { ...request, status: request.isOver ? 'EXPIRED' : 'PENDING', respondedAt: null }
}

/** The other person of a request, from the side of one of the two. */
export function otherOf(request: FriendRequest, person: UserId): UserId {
  return request.requester === person ? request.target : request.requester
}

/** What a verb about requests has done. */
export interface Requested {
  readonly changed: boolean
  /** The request's id; null when there is none to show. */
  readonly request: RequestId | null
}

/** The payload of a verb that was not refused. */
export function toRequestPayload({ request }: Requested, other: UserId) {
  return { user: { id: other }, requestId: request }
}

import type { FriendshipLevel, OpenRequest, Relationship } from '../client/client.ts'

// What each verb is expected to make of a relationship. The answer of the graph replaces it.

/** The id of a request that the graph has not answered yet. */
export const expectedRequestId = 'expected'

const dayMs = 86_400_000

function openRequest(level: FriendshipLevel): OpenRequest {
  const now = Date.now()
  return {
    id: expectedRequestId,
    level,
    status: 'PENDING',
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 30 * dayMs).toISOString(),
  }
}

/** Friends of a level. What the two have asked each other is answered by it. */
function befriended(relationship: Relationship, level: FriendshipLevel): Relationship {
  return {
    ...relationship,
    friendshipLevel: level,
    friendsSince: relationship.friendsSince ?? new Date().toISOString(),
    outgoingRequest: null,
    incomingRequest: null,
    canRequestFriend: false,
    canUpgrade: level === 'FRIEND',
  }
}

/** Asking somebody who has asked is the same as accepting. */
export function asked(relationship: Relationship): Relationship {
  if (relationship.incomingRequest !== null) return accepted(relationship)
  return { ...relationship, outgoingRequest: openRequest('FRIEND'), canRequestFriend: false }
}

export function canceled(relationship: Relationship): Relationship {
  const { friendshipLevel } = relationship
  return {
    ...relationship,
    outgoingRequest: null,
    canRequestFriend: friendshipLevel === null,
    canUpgrade: friendshipLevel === 'FRIEND',
  }
}

export function accepted(relationship: Relationship): Relationship {
  return befriended(relationship, relationship.incomingRequest?.level ?? 'FRIEND')
}

export function declined(relationship: Relationship): Relationship {
  return { ...relationship, incomingRequest: null }
}

/** Becoming close takes both; stepping down does not. */
export function upgraded(relationship: Relationship, level: FriendshipLevel): Relationship {
  if (level === 'FRIEND' || relationship.incomingRequest?.level === level)
    return befriended(relationship, level)
  return { ...relationship, outgoingRequest: openRequest(level), canUpgrade: false }
}

export function unfriended(relationship: Relationship): Relationship {
  return {
    ...relationship,
    friendshipLevel: null,
    friendsSince: null,
    outgoingRequest: null,
    incomingRequest: null,
    canUpgrade: false,
  }
}

export function followed(relationship: Relationship): Relationship {
  return { ...relationship, isFollowing: true, canFollow: false }
}

export function unfollowed(relationship: Relationship): Relationship {
  return { ...relationship, isFollowing: false, canFollow: true }
}

export function unfollowedBy(relationship: Relationship): Relationship {
  return { ...relationship, isFollowedBy: false }
}

export function addedToContacts(relationship: Relationship): Relationship {
  return { ...relationship, isContact: true, canAddContact: false }
}

export function removedFromContacts(relationship: Relationship): Relationship {
  return { ...relationship, isContact: false, canAddContact: true }
}

/** A block ends everything between the two. */
export function blocked(relationship: Relationship): Relationship {
  return {
    ...unfriended(relationship),
    isContact: false,
    isFollowing: false,
    isFollowedBy: false,
    isBlocking: true,
    canMessage: false,
    canInvite: false,
    canFollow: false,
    canAddContact: false,
    canRequestFriend: false,
  }
}

export function unblocked(relationship: Relationship): Relationship {
  return { ...relationship, isBlocking: false }
}

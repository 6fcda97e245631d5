import type { ReactElement } from 'react'
import { useRelationship } from '../question-hooks.ts'
import { friendsEn } from './messages/friends.ts'
import { useMessages } from './settings.ts'

export interface FriendshipLevelBadgeProps {
  readonly userId: string
}

/**
 * How close the viewer and a friend are, or which of the two has asked to be close friends. Nothing
 * for people who are not friends.
 */
export function FriendshipLevelBadge({ userId }: FriendshipLevelBadgeProps): ReactElement | null {
  const words = useMessages('friends', friendsEn)
  const { data } = useRelationship(userId)
  if (!data?.friendshipLevel) return null
  const { friendshipLevel: level, incomingRequest, outgoingRequest } = data
  const look = incomingRequest || outgoingRequest ? 'pending' : level.toLowerCase()
  const friend = outgoingRequest ? words.closeRequested : words.level[level]
  return (
    <span className={`cx cx-badge cx-badge-${look}`}>
      {incomingRequest ? words.closeOffered : friend}
    </span>
  )
}

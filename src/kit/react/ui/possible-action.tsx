import { type ReactElement, useState } from 'react'
import type { Relationship } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useRelationship } from '../question-hooks.ts'
import { ContactButton } from './contact-button.tsx'
import { FollowButton } from './follow-button.tsx'
import { FriendRequestButton } from './friend-request-button.tsx'
import type { ShownPerson } from './settings.ts'

export interface PossibleActionProps {
  readonly user: ShownPerson
}

/**
 * The most that the viewer can do about a person: become friends, else follow them, else keep them
 * as a contact. Nothing if nothing is possible.
 */
export function PossibleAction({ user }: PossibleActionProps): ReactElement {
  const { viewer } = useConnectionsClient()
  return <Offered key={`${viewer ?? ''} ${user.id}`} user={user} />
}

function Offered({ user }: PossibleActionProps): ReactElement {
  const { data } = useRelationship(user.id)
  // It stays what it was at first, so that a press does not replace the button.
  const [offer, setOffer] = useState<Offer | null>(null)
  if (offer === null && data != null) setOffer(offerFor(data))
  const isFriendly = offer === null || offer === 'friend' || (data != null && concernsFriends(data))
  if (isFriendly) return <FriendRequestButton user={user} />
  if (offer === 'follow') return <FollowButton user={user} look="primary" />
  return <ContactButton user={user} look="primary" />
}

type Offer = 'friend' | 'follow' | 'contact'

function offerFor(relationship: Relationship): Offer {
  if (concernsFriends(relationship)) return 'friend'
  return relationship.canFollow ? 'follow' : 'contact'
}

/** Whether there is anything to do, or to say, about being friends. */
function concernsFriends(relationship: Relationship): boolean {
  const { canRequestFriend, friendshipLevel, incomingRequest, outgoingRequest } = relationship
  return (
    canRequestFriend ||
    relationship.isBlocking ||
    [friendshipLevel, incomingRequest, outgoingRequest].some((each) => each !== null)
  )
}

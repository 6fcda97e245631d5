import { useState } from 'react'
import type { Relationship } from '../../../../kit/client/client.ts'
import { useRelationship } from '../../../../kit/react/react.ts'
import {
  ContactButton,
  FollowButton,
  FriendRequestButton,
  type ShownPerson,
} from '../../../../kit/react/ui/ui.ts'

/**
 * The most that the viewer can do about a person in a list: become friends, else follow them, else
 * keep them as a contact. Nothing if nothing is possible.
 */
export const possibleAction = (user: ShownPerson) => <PossibleAction key={user.id} user={user} />

function PossibleAction({ user }: { readonly user: ShownPerson }) {
  const { data } = useRelationship(user.id)
  // It stays what it was at first, so that the button is not another one after a press.
  const [offer, setOffer] = useState<Offer | null>(null)
  if (offer === null && data != null) setOffer(offerFor(data))
  const isFriendly = offer === null || offer === 'friend' || (data != null && canBefriend(data))
  if (isFriendly) return <FriendRequestButton user={user} />
  if (offer === 'follow') return <FollowButton user={user} look="primary" />
  return <ContactButton user={user} look="primary" />
}

type Offer = 'friend' | 'follow' | 'contact'

function offerFor(relationship: Relationship): Offer {
  if (canBefriend(relationship)) return 'friend'
  return relationship.canFollow ? 'follow' : 'contact'
}

/** Whether there is anything to do, or to say, about being friends. */
function canBefriend(relationship: Relationship): boolean {
  const { canRequestFriend, friendshipLevel, incomingRequest, outgoingRequest } = relationship
  return (
    canRequestFriend ||
    relationship.isBlocking ||
    [friendshipLevel, incomingRequest, outgoingRequest].some((each) => each !== null)
  )
}

import { eventCatalogue, type EventKind, isEventKind } from '../../events/catalogue.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import type { RelationshipChange } from '../../modules/relationships/change.ts'
import type { DispatchedEvent } from './outbox-feed.ts'

/** What the subscription calls the kinds that are heard by it. */
const names: Readonly<Partial<Record<EventKind, RelationshipChange['kind']>>> = {
  'friend_request.created': 'FRIEND_REQUESTED',
  'friend_request.accepted': 'FRIEND_REQUEST_ACCEPTED',
  'follow.created': 'FOLLOWED',
}

/**
 * What an event is to each person who hears of it, as the catalogue says who does; each sees the
 * other of the two. A request that came quietly has no event, and its requester must not be able to
 * tell: so nobody hears of their own requests and follows.
 */
export function changesOf({
  id,
  kind,
  at,
  ...people
}: DispatchedEvent): readonly (readonly [UserId, RelationshipChange])[] {
  if (!isEventKind(kind)) return []
  const name = names[kind]
  const [actor, other] = [parseUserId(people.actor), parseUserId(people.other)]
  if (name === undefined || actor === null || other === null) return []
  return eventCatalogue[kind].live.map((who) => {
    const [hearer, user] = who === 'actor' ? [actor, other] : [other, actor]
    return [hearer, { id, kind: name, at, user: { id: user } }]
  })
}

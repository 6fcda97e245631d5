import type { Context } from '../context.ts'
import type { Person } from '../users/person.ts'

/**
 * `relationship` of every payload that concerns another person: read when it is asked for, after the change. The verbs
 * say only whom they concerned.
 */
const afterwards = {
  relationship: (
    { user }: { user?: Person | PromiseLike<Person> | null },
    _arguments: object,
    context: Context,
  ) =>
    Promise.resolve(user).then((person) =>
      person == null ? null : context.loaders.standing.load(person.id),
    ),
}

export const payloadResolvers = {
  AddContactPayload: afterwards,
  RemoveContactPayload: afterwards,
  ConsumeContactLinkPayload: afterwards,
  FollowUserPayload: afterwards,
  UnfollowUserPayload: afterwards,
  RemoveFollowerPayload: afterwards,
  RequestFriendPayload: afterwards,
  CancelFriendRequestPayload: afterwards,
  RespondFriendRequestPayload: afterwards,
  RemoveFriendPayload: afterwards,
  UpgradeFriendshipPayload: afterwards,
  BlockUserPayload: afterwards,
  UnblockUserPayload: afterwards,
}

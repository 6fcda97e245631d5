import type { GraphQLResolveInfo } from 'graphql'
import type { Identity } from '../../database/identity.ts'
import { pairLoaderFor, type PairLoaders } from '../../pairs/pair-state.ts'
import type { Person } from '../../pairs/user-summary.ts'

/**
 * `viewer` of every payload: only the id, so that everything about them is read after the change.
 */
const ofViewer = {
  viewer: (_payload: object, _arguments: object, { identity }: { identity: Identity }) =>
    identity.kind === 'viewer' ? { id: identity.userId } : null,
}

/**
 * `relationship` of every payload that concerns another person: read when it is asked for, after
 * the change, and no more of it than is asked for. The verbs say only whom they concerned.
 */
const ofPair = {
  ...ofViewer,
  relationship: (
    { user }: { user?: Person | PromiseLike<Person> | null },
    _arguments: object,
    { loaders }: { loaders: PairLoaders },
    info: GraphQLResolveInfo,
  ) =>
    Promise.resolve(user).then((person) =>
      person == null ? null : pairLoaderFor(info, loaders).load(person.id),
    ),
}

export const payloadResolvers = {
  RelationshipChange: { relationship: ofPair.relationship },
  AddContactPayload: ofPair,
  RemoveContactPayload: ofPair,
  ConsumeContactLinkPayload: ofPair,
  FollowUserPayload: ofPair,
  UnfollowUserPayload: ofPair,
  RemoveFollowerPayload: ofPair,
  RequestFriendPayload: ofPair,
  CancelFriendRequestPayload: ofPair,
  RespondFriendRequestPayload: ofPair,
  RemoveFriendPayload: ofPair,
  UpgradeFriendshipPayload: ofPair,
  BlockUserPayload: ofPair,
  UnblockUserPayload: ofPair,
  DismissSuggestionPayload: ofPair,
  RestoreSuggestionPayload: ofPair,
  CreateContactLinkPayload: ofViewer,
  RevokeContactLinkPayload: ofViewer,
  ClaimUsernamePayload: ofViewer,
  UpdateUserProfilePayload: ofViewer,
  UpdateSocialPrivacySettingsPayload: ofViewer,
  RegisterUsersPayload: ofViewer,
  RecordSuggestionsShownPayload: ofViewer,
  HeartbeatPayload: ofViewer,
  RecordGameFactsPayload: ofViewer,
}

// What `connections-kit/client` exports.

export { listBlockedUsers, blockUser, unblockUser } from './blocks.ts'
export { applyPayload, invalidate, type QueryCacheOwner, resetOnSignOut } from './cache.ts'
export {
  consumeContactLink,
  createContactLink,
  listContactLinks,
  previewContactLink,
  revokeContactLink,
} from './contact-links.ts'
export { addContact, listContacts, removeContact } from './contacts.ts'
export type { Document } from './document.ts'
export {
  followUser,
  listFollowers,
  listFollowing,
  removeFollower,
  unfollowUser,
} from './follows.ts'
export {
  cancelFriendRequest,
  listFriendRequests,
  requestFriend,
  respondFriendRequest,
  revealMessage,
} from './friend-requests.ts'
export {
  listFriends,
  listInviteCandidates,
  listMutualFriends,
  removeFriend,
  upgradeFriendship,
} from './friends.ts'
export { keyOf, type QueryKey, root, type Topic } from './keys.ts'
export { applyChange, syncRelationshipChanges } from './live.ts'
export type { List, Page, Payload, Question, Verb } from './operation.ts'
export {
  infiniteQueryOptions,
  type InfiniteQueryOptions,
  mutationOptions,
  type MutationOptions,
  queryOptions,
  type QueryOptions,
  retryPolicy,
  type RetryPolicy,
} from './options.ts'
export {
  checkUsername,
  claimUsername,
  findUser,
  getProfile,
  searchUsers,
  updateProfile,
} from './people.ts'
export { heartbeat } from './presence.ts'
export { getRelationship, getRelationships } from './relationships.ts'
export {
  type CallOptions,
  type ConnectionsClient,
  type ConnectionsClientOptions,
  createConnectionsClient,
} from './request.ts'
export {
  ConnectionsRequestError,
  type ErrorCode,
  type GraphCode,
  type TransportCode,
} from './request-error.ts'
export { type LiveOptions, subscribe, type SubscribeOptions, type Within } from './subscribe.ts'
export { type RelationshipChange, subscribeRelationshipChanges } from './subscription.ts'
export {
  dismissSuggestion,
  listSuggestions,
  recordSuggestionsShown,
  restoreSuggestion,
} from './suggestions.ts'
export { getCounts, getPrivacySettings, listQuotas, updatePrivacySettings } from './viewer.ts'
export type {
  BlockFragment as Block,
  ConnectionsErrorCode,
  ContactFragment as Contact,
  ContactLinkFragment as ContactLink,
  FollowAudience,
  FollowFragment as Follow,
  FriendFragment as Friend,
  FriendOrder,
  FriendRequestFragment as FriendRequest,
  FriendRequestStatus,
  FriendshipLevel,
  FullProfileFragment as Profile,
  GameAudience,
  GetCountsQuery,
  MessageAudience,
  OpenRequestFragment as OpenRequest,
  PersonFragment as Person,
  PresenceAudience,
  PresenceFragment as Presence,
  PrivacySettingsFragment as PrivacySettings,
  QuotaFragment as Quota,
  RelationshipChangeKind,
  RelationshipFragment as Relationship,
  RequestAudience,
  RequestDecision,
  RequestDirection,
  SocialPrivacySettingsInput,
  SocialQuotaAction,
  SuggestionFragment as Suggestion,
  SuggestionReasonKind,
  UserPresenceStatus,
  UserProfileInput,
} from '../generated/operations.ts'

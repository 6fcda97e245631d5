'use client'
// What `connections-kit/react` exports.

export {
  type FriendRequestsVariables,
  type FriendsVariables,
  type InviteCandidatesVariables,
  type PageSize,
  useBlockedUsers,
  useContactLinks,
  useContacts,
  useFollowers,
  useFollowing,
  useFriendRequests,
  useFriends,
  useInviteCandidates,
  useMutualFriends,
  useSuggestions,
  useSuspenseBlockedUsers,
  useSuspenseContactLinks,
  useSuspenseContacts,
  useSuspenseFollowers,
  useSuspenseFollowing,
  useSuspenseFriendRequests,
  useSuspenseFriends,
  useSuspenseInviteCandidates,
  useSuspenseMutualFriends,
  useSuspenseSuggestions,
  useUserSearch,
} from './list-hooks.ts'
export type { ListResult, NodeOf, ReadOptions, Rows, SuspenseListResult } from './list.ts'
export { type RelationshipChangesOptions, useRelationshipChanges } from './live.ts'
export type { VerbResult } from './person-verb.ts'
export {
  useAddContact,
  useBlockUser,
  useCancelFriendRequest,
  useDismissSuggestion,
  useFollowUser,
  useRemoveContact,
  useRemoveFollower,
  useRemoveFriend,
  useRequestFriend,
  useRespondFriendRequest,
  useRestoreSuggestion,
  useUnblockUser,
  useUnfollowUser,
  useUpgradeFriendship,
} from './person-verb-hooks.ts'
export { type HeartbeatOptions, usePresenceHeartbeat } from './presence.ts'
export {
  ConnectionsProvider,
  type ConnectionsProviderProps,
  useConnectionsClient,
} from './provider.ts'
export {
  useContactLinkPreview,
  useCounts,
  usePrivacySettings,
  useProfile,
  useQuotas,
  useRelationship,
  useRelationships,
  useRevealedMessage,
  useUserByUsername,
  useUsernameAvailability,
} from './question-hooks.ts'
export type { Failure, Undoable } from './undo-queue.ts'
export { type Undo, type UndoToastState, useUndo, useUndoToast } from './undo.ts'
export {
  useClaimUsername,
  useConsumeContactLink,
  useCreateContactLink,
  useRecordSuggestionsShown,
  useRevokeContactLink,
  useUpdatePrivacySettings,
  useUpdateProfile,
} from './verb-hooks.ts'

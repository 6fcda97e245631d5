/**
 * Rate limits: how often one person may call each mutation, wide enough that a day's quota can be
 * used in one go. A mutation that is missing here does not start. What rule 0.6 lists is never
 * refused, services count nothing, and of heartbeats each process counts those that it takes.
 */
export const mutationLimits = {
  addContact: { most: 120, seconds: 60 },
  removeContact: 'never refused',
  followUser: { most: 240, seconds: 60 },
  unfollowUser: 'never refused',
  removeFollower: 'never refused',
  requestFriend: { most: 120, seconds: 60 },
  cancelFriendRequest: 'never refused',
  respondFriendRequest: 'never refused',
  removeFriend: 'never refused',
  upgradeFriendship: { most: 240, seconds: 60 },
  blockUser: 'never refused',
  unblockUser: 'never refused',
  createContactLink: { most: 30, seconds: 60 },
  revokeContactLink: 'never refused',
  consumeContactLink: { most: 60, seconds: 60 },
  updatePrivacySettings: { most: 60, seconds: 60 },
  claimUsername: { most: 30, seconds: 60 },
  updateProfile: { most: 60, seconds: 60 },
  registerUsers: 'services only',
  dismissSuggestion: { most: 120, seconds: 60 },
  restoreSuggestion: { most: 120, seconds: 60 },
  recordSuggestionsShown: { most: 120, seconds: 60 },
  heartbeat: 'ignored when early',
  recordGameFacts: 'services only',
} as const

import {
  ListFriendsDocument,
  ListInviteCandidatesDocument,
  ListMutualFriendsDocument,
  RemoveFriendDocument,
  UpgradeFriendshipDocument,
} from '../generated/operations.ts'
import { list, verb } from './operation.ts'

/** The viewer's friends, newest friendship first unless `orderBy` says otherwise. */
export const listFriends = /* @__PURE__ */ list(
  ListFriendsDocument,
  ({ level }) => (level == null ? ['friends'] : ['friends', 'level', level.toLowerCase()]),
  ({ viewer }) => viewer?.friends,
)

/** The friends whom the viewer could invite, the likeliest first. */
export const listInviteCandidates = /* @__PURE__ */ list(
  ListInviteCandidatesDocument,
  ['friends', 'invite-candidates'],
  ({ viewer }) => viewer?.inviteCandidates,
)

/** The friends whom the viewer shares with a person. */
export const listMutualFriends = /* @__PURE__ */ list(
  ListMutualFriendsDocument,
  ['friends', 'mutual'],
  ({ user }) => user?.mutualFriends,
)

/** Ends a friendship. The other person is not told. */
export const removeFriend = /* @__PURE__ */ verb(RemoveFriendDocument, [
  'friends',
  'friend-requests',
])

/** Asks a friend to become close friends (`CLOSE`), or steps down to friends at once (`FRIEND`). */
export const upgradeFriendship = /* @__PURE__ */ verb(UpgradeFriendshipDocument, [
  'friends',
  'friend-requests',
])

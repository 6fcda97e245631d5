import {
  CancelFriendRequestDocument,
  ListFriendRequestsDocument,
  RequestFriendDocument,
  RespondFriendRequestDocument,
  RevealMessageDocument,
} from '../generated/operations.ts'
import { list, question, verb } from './operation.ts'

/**
 * Friend requests of the viewer, newest first: received ones (`direction: 'INCOMING'`), sent ones,
 * open ones (`status: 'PENDING'`), or the quiet list.
 */
export const listFriendRequests = /* @__PURE__ */ list(
  ListFriendRequestsDocument,
  ['friend-requests'],
  ({ viewer }) => viewer?.requests,
)

/** The message of a person's open request, also of a stranger. Null when there is none. */
export const revealMessage = /* @__PURE__ */ question(
  RevealMessageDocument,
  ['friend-requests', 'message'],
  ({ relationships: [relationship] }) => relationship?.incomingRequest?.message ?? null,
)

/** Sends a friend request. When the other person has asked, too, the two are friends at once. */
export const requestFriend = /* @__PURE__ */ verb(RequestFriendDocument, ['friend-requests'])

/** Takes a request of the viewer back. */
export const cancelFriendRequest = /* @__PURE__ */ verb(CancelFriendRequestDocument, [
  'friend-requests',
])

/** Accepts a request that the viewer has received, or declines it, of which nobody is told. */
export const respondFriendRequest = /* @__PURE__ */ verb(RespondFriendRequestDocument, [
  'friend-requests',
])

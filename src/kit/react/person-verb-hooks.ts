import {
  addContact,
  blockUser,
  cancelFriendRequest,
  ConnectionsRequestError,
  dismissSuggestion,
  followUser,
  type FriendshipLevel,
  getRelationship,
  type Relationship,
  removeContact,
  removeFollower,
  removeFriend,
  type RequestDecision,
  requestFriend,
  respondFriendRequest,
  restoreSuggestion,
  unblockUser,
  unfollowUser,
  upgradeFriendship,
} from '../client/client.ts'
import {
  accepted,
  addedToContacts,
  asked,
  blocked,
  canceled,
  declined,
  expectedRequestId,
  followed,
  removedFromContacts,
  unblocked,
  unfollowed,
  unfollowedBy,
  unfriended,
  upgraded,
} from './expectations.ts'
import { type About, usePersonVerb } from './person-verb.ts'
import type { Asked, Lists } from './rows.ts'

// A hook for each verb about a person, who is its argument. `mutate` takes the rest.

const open: Lists = {
  topic: 'friend-requests',
  where: ({ status, quiet }) => status === 'PENDING' || quiet === true,
}
/** A list of the viewer, and not of somebody else. */
const own = ({ viewer, userId }: Asked) => userId === viewer

/** The variables of verbs that want the id of the person, and what the caller gives. */
// Each verb says what its caller may give.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function withPerson<Given extends object>(given: Given | undefined, { userId }: About) {
  return { ...given, userId }
}

/** Asks a person to become friends. If they have asked, the two become friends. */
export function useRequestFriend(userId: string) {
  return usePersonVerb(userId, {
    verb: requestFriend,
    variables: withPerson<{ readonly message?: string | null }>,
    expect: asked,
  })
}

/** Takes the viewer's request to a person back, or the one that is given. */
export function useCancelFriendRequest(userId: string) {
  return usePersonVerb(userId, {
    verb: cancelFriendRequest,
    variables: async (given: { readonly requestId?: string } | undefined, about) => ({
      requestId: await requestOf(given?.requestId, about, 'outgoingRequest'),
    }),
    expect: canceled,
    lists: [open],
  })
}

/** Accepts or declines the request of a person, or the one that is given. */
export function useRespondFriendRequest(userId: string) {
  return usePersonVerb(userId, {
    verb: respondFriendRequest,
    variables: async (
      given: { readonly decision: RequestDecision; readonly requestId?: string },
      about,
    ) => ({
      requestId: await requestOf(given.requestId, about, 'incomingRequest'),
      decision: given.decision,
    }),
    expect: (relationship, { decision }) =>
      decision === 'ACCEPT' ? accepted(relationship) : declined(relationship),
    lists: [open],
  })
}

/** Asks a friend to become close friends (`CLOSE`), or steps down to friends at once (`FRIEND`). */
export function useUpgradeFriendship(userId: string) {
  return usePersonVerb(userId, {
    verb: upgradeFriendship,
    variables: (given: { readonly level: FriendshipLevel }) => ({ ...given, userId }),
    expect: (relationship, { level }) => upgraded(relationship, level),
  })
}

/** Ends the friendship with a person. They are not told. */
export function useRemoveFriend(userId: string) {
  return usePersonVerb(userId, {
    verb: removeFriend,
    variables: withPerson<object>,
    expect: unfriended,
    lists: [{ topic: 'friends' }, open],
  })
}

/** Follows a person. */
export function useFollowUser(userId: string) {
  return usePersonVerb(userId, {
    verb: followUser,
    variables: withPerson<object>,
    expect: followed,
  })
}

/** Stops following a person. They are not told. */
export function useUnfollowUser(userId: string) {
  return usePersonVerb(userId, {
    verb: unfollowUser,
    variables: withPerson<object>,
    expect: unfollowed,
    lists: [{ topic: 'following', where: own }],
  })
}

/** Removes a person from the viewer's followers, without a block. */
export function useRemoveFollower(userId: string) {
  return usePersonVerb(userId, {
    verb: removeFollower,
    variables: withPerson<object>,
    expect: unfollowedBy,
    lists: [{ topic: 'followers', where: own }],
  })
}

/** Adds a person to the viewer's contacts. They are not told. */
export function useAddContact(userId: string) {
  return usePersonVerb(userId, {
    verb: addContact,
    variables: withPerson<object>,
    expect: addedToContacts,
  })
}

/** Removes a person from the viewer's contacts. */
export function useRemoveContact(userId: string) {
  return usePersonVerb(userId, {
    verb: removeContact,
    variables: withPerson<object>,
    expect: removedFromContacts,
    lists: [{ topic: 'contacts' }],
  })
}

/** Blocks a person: everything between the two ends, and each is hidden from the other. */
export function useBlockUser(userId: string) {
  return usePersonVerb(userId, {
    verb: blockUser,
    variables: withPerson<{ readonly expiresAt?: string | null }>,
    expect: blocked,
    lists: [{}],
  })
}

/** Ends a block. Nothing that it ended comes back. */
export function useUnblockUser(userId: string) {
  return usePersonVerb(userId, {
    verb: unblockUser,
    variables: withPerson<object>,
    expect: unblocked,
    lists: [{ topic: 'blocks' }],
  })
}

/** Suggests a person no more. */
export function useDismissSuggestion(userId: string) {
  return usePersonVerb(userId, {
    verb: dismissSuggestion,
    variables: withPerson<{ readonly feedbackId?: string | null }>,
    lists: [{ topic: 'suggestions' }],
  })
}

/** Takes a dismissal back. */
export function useRestoreSuggestion(userId: string) {
  return usePersonVerb(userId, { verb: restoreSuggestion, variables: withPerson<object> })
}

/**
 * The id of a request: the given one, or the open one between the two. Before the verb's turn it
 * may not be known, because the request itself is still being sent.
 */
async function requestOf(
  given: string | undefined,
  { client, queryClient, userId }: About,
  way: 'outgoingRequest' | 'incomingRequest',
): Promise<string> {
  if (given !== undefined && given !== expectedRequestId) return given
  const key = getRelationship.key(client, { userId })
  const known = queryClient.getQueryData<Relationship | null>(key)?.[way]
  const request = known ?? (await getRelationship(client, { userId }))?.[way]
  if (request != null) return request.id
  throw new ConnectionsRequestError('there is no open request', {
    code: 'REQUEST_CLOSED',
    refused: true,
  })
}

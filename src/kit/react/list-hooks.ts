import {
  listBlockedUsers,
  listContactLinks,
  listContacts,
  listFollowers,
  listFollowing,
  listFriendRequests,
  listFriends,
  listInviteCandidates,
  listMutualFriends,
  listSuggestions,
  searchUsers,
} from '../client/client.ts'
import { type ReadOptions, useList, useSuspenseList, type VariablesOf } from './list.ts'
import { useConnectionsClient } from './provider.ts'

// A hook for each list, and its twin for Suspense.

export type FriendRequestsVariables = VariablesOf<typeof listFriendRequests>
export type FriendsVariables = VariablesOf<typeof listFriends>
export type InviteCandidatesVariables = VariablesOf<typeof listInviteCandidates>

/** How many rows a page has. */
export interface PageSize {
  readonly first?: number
}

/**
 * Friend requests of the viewer. `{ direction: 'INCOMING', status: 'PENDING' }` are those that wait
 * for an answer.
 */
export function useFriendRequests(variables: FriendRequestsVariables = {}, options?: ReadOptions) {
  return useList(listFriendRequests, variables, options)
}
export function useSuspenseFriendRequests(variables: FriendRequestsVariables = {}) {
  return useSuspenseList(listFriendRequests, variables)
}

/** The viewer's friends. */
export function useFriends(variables: FriendsVariables = {}, options?: ReadOptions) {
  return useList(listFriends, variables, options)
}
export function useSuspenseFriends(variables: FriendsVariables = {}) {
  return useSuspenseList(listFriends, variables)
}

/** The friends whom the viewer could invite, the likeliest first. */
export function useInviteCandidates(
  variables: InviteCandidatesVariables = {},
  options?: ReadOptions,
) {
  return useList(listInviteCandidates, variables, options)
}
export function useSuspenseInviteCandidates(variables: InviteCandidatesVariables = {}) {
  return useSuspenseList(listInviteCandidates, variables)
}

/** The friends whom the viewer shares with a person. */
export function useMutualFriends(userId: string, variables: PageSize = {}, options?: ReadOptions) {
  return useList(listMutualFriends, { ...variables, userId }, options)
}
export function useSuspenseMutualFriends(userId: string, variables: PageSize = {}) {
  return useSuspenseList(listMutualFriends, { ...variables, userId })
}

/** The people whom the viewer blocks, newest block first. */
export function useBlockedUsers(variables: PageSize = {}, options?: ReadOptions) {
  return useList(listBlockedUsers, variables, options)
}
export function useSuspenseBlockedUsers(variables: PageSize = {}) {
  return useSuspenseList(listBlockedUsers, variables)
}

/** The viewer's contacts. */
export function useContacts(variables: PageSize = {}, options?: ReadOptions) {
  return useList(listContacts, variables, options)
}
export function useSuspenseContacts(variables: PageSize = {}) {
  return useSuspenseList(listContacts, variables)
}

/** The viewer's contact links, newest first. */
export function useContactLinks(variables: PageSize = {}, options?: ReadOptions) {
  return useList(listContactLinks, variables, options)
}
export function useSuspenseContactLinks(variables: PageSize = {}) {
  return useSuspenseList(listContactLinks, variables)
}

/** The people whom a person follows; the viewer, unless told. */
export function useFollowing(userId?: string, variables: PageSize = {}, options?: ReadOptions) {
  const { viewer } = useConnectionsClient()
  const whose = userId ?? viewer
  return useList(listFollowing, { ...variables, userId: whose }, when(whose !== null, options))
}
export function useSuspenseFollowing(userId?: string, variables: PageSize = {}) {
  const { viewer } = useConnectionsClient()
  return useSuspenseList(listFollowing, { ...variables, userId: userId ?? viewer })
}

/** The people who follow a person; the viewer, unless told. */
export function useFollowers(userId?: string, variables: PageSize = {}, options?: ReadOptions) {
  const { viewer } = useConnectionsClient()
  const whose = userId ?? viewer
  return useList(listFollowers, { ...variables, userId: whose }, when(whose !== null, options))
}
export function useSuspenseFollowers(userId?: string, variables: PageSize = {}) {
  const { viewer } = useConnectionsClient()
  return useSuspenseList(listFollowers, { ...variables, userId: userId ?? viewer })
}

/** People whom the viewer may know, with reasons. */
export function useSuggestions(variables: PageSize = {}, options?: ReadOptions) {
  return useList(listSuggestions, variables, options)
}
export function useSuspenseSuggestions(variables: PageSize = {}) {
  return useSuspenseList(listSuggestions, variables)
}

/** People by the words of their username and display name. Nothing is asked for no words. */
export function useUserSearch(query: string, variables: PageSize = {}, options?: ReadOptions) {
  return useList(searchUsers, { ...variables, query }, when(query.trim() !== '', options))
}

function when(isAsked: boolean, options: ReadOptions = {}): ReadOptions {
  return { ...options, enabled: isAsked && options.enabled !== false }
}

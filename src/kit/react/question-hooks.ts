import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import {
  checkUsername,
  type ConnectionsRequestError,
  findUser,
  getCounts,
  getPrivacySettings,
  getProfile,
  getRelationship,
  getRelationships,
  listQuotas,
  previewContactLink,
  queryOptions,
  type Question,
  revealMessage,
} from '../client/client.ts'
import type { Arguments } from '../client/operation.ts'
import type { ReadOptions } from './list.ts'
import { useExpected } from './pending.ts'
import { useConnectionsClient } from './provider.ts'

// A hook for each question whose answer is not a list.

function useQuestion<Variables, Answer>(
  question: Question<Variables, Answer>,
  variables: Variables,
  options: ReadOptions & { readonly select?: (answer: Answer) => Answer } = {},
): UseQueryResult<Answer, ConnectionsRequestError> {
  const client = useConnectionsClient()
  const args = [variables] as unknown as Arguments<Variables>
  return useQuery<Answer, ConnectionsRequestError>({
    ...queryOptions(client, question, ...args),
    ...options,
  })
}

/** What the viewer is to a person, and what they may do. Rows of a list share one request. */
export function useRelationship(userId: string, options?: ReadOptions) {
  return useQuestion(getRelationship, { userId }, { ...options, select: useExpected(userId) })
}

/** What the viewer is to people, in the order of their ids; at most 100. */
export function useRelationships(userIds: readonly string[], options?: ReadOptions) {
  return useQuestion(getRelationships, { userIds: [...userIds] }, options)
}

/** The message of a person's request, also when the graph had hidden it. */
export function useRevealedMessage(userId: string, options?: ReadOptions) {
  return useQuestion(revealMessage, { userId }, options)
}

/** A person's profile. */
export function useProfile(userId: string, options?: ReadOptions) {
  return useQuestion(getProfile, { userId }, options)
}

/** The person with a username; null when there is none for the viewer. */
export function useUserByUsername(username: string, options?: ReadOptions) {
  return useQuestion(findUser, { username }, options)
}

/** Whether the viewer could take a username; if not, why, and what is free. */
export function useUsernameAvailability(username: string, options?: ReadOptions) {
  return useQuestion(checkUsername, { username }, options)
}

/** Whose link a token is of; null when the viewer cannot use it. */
export function useContactLinkPreview(token: string, options?: ReadOptions) {
  return useQuestion(previewContactLink, { token }, options)
}

/** How many friends, open requests, contacts and follows the viewer has. */
export function useCounts(options?: ReadOptions) {
  return useQuestion(getCounts, {}, options)
}

/** What is left of the viewer's limits. */
export function useQuotas(options?: ReadOptions) {
  return useQuestion(listQuotas, {}, options)
}

/** Who may do what towards the viewer. */
export function usePrivacySettings(options?: ReadOptions) {
  return useQuestion(getPrivacySettings, {}, options)
}

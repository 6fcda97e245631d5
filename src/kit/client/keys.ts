import type { ConnectionsClient } from './request.ts'

/** The first word of every key. */
export const root = 'relationships'

/** The second word of a key: what a cached answer is about. */
export type Topic =
  | 'relationship'
  | 'friend-requests'
  | 'friends'
  | 'blocks'
  | 'contacts'
  | 'contact-links'
  | 'following'
  | 'followers'
  | 'suggestions'
  | 'counts'
  | 'quotas'
  | 'profiles'
  | 'usernames'
  | 'search'
  | 'privacy-settings'

/** The words of a key after the first; the first of them is its topic. */
export type Topics = readonly [Topic, ...(readonly string[])]

/** For `queryKey` of TanStack Query. What is asked stands in the last part. */
export type QueryKey = readonly [typeof root, ...Topics, object]

/** The key of an answer: its topics, then the viewer and the variables. */
export function keyOf(client: ConnectionsClient, topics: Topics, variables: object): QueryKey {
  return [root, ...topics, { viewer: client.viewer, ...variables }]
}

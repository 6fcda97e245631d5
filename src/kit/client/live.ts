import type { RelationshipChangeKind } from '../generated/operations.ts'
import { invalidate, type QueryCacheOwner, writeRelationship } from './cache.ts'
import { root, type Topic } from './keys.ts'
import type { ConnectionsClient } from './request.ts'
import type { LiveOptions } from './subscribe.ts'
import { type RelationshipChange, subscribeRelationshipChanges } from './subscription.ts'

/** The topics whose answers are stale after a change by somebody else. */
export const touchedBy: Readonly<Record<RelationshipChangeKind, readonly Topic[]>> = {
  FRIEND_REQUESTED: ['friend-requests', 'counts'],
  FRIEND_REQUEST_ACCEPTED: ['friends', 'friend-requests', 'counts'],
  FOLLOWED: ['followers', 'counts'],
}

/**
 * Keeps a cache up to date with what others do. After a lost stream everything that a screen shows
 * is fetched again, and so is what was read before the first one was asked for. Begin it before or
 * with the first queries.
 * @returns ends it
 */
export function syncRelationshipChanges(
  client: ConnectionsClient,
  queryClient: QueryCacheOwner,
  options: LiveOptions & { readonly onChange?: (change: RelationshipChange) => void } = {},
): () => void {
  const onChange = (change: RelationshipChange) => {
    applyChange(client, queryClient, change)
    options.onChange?.(change)
  }
  const onOpen = (again: boolean, askedAt: number) => {
    void queryClient.invalidateQueries({
      queryKey: [root],
      predicate: ({ state }) => again || state.dataUpdatedAt < askedAt,
    })
    options.onOpen?.(again, askedAt)
  }
  return subscribeRelationshipChanges(client, onChange, { ...options, onOpen })
}

/** Brings a cache up to date after a change by somebody else. */
export function applyChange(
  client: ConnectionsClient,
  queryClient: QueryCacheOwner,
  { kind, relationship }: RelationshipChange,
): void {
  if (relationship !== null) writeRelationship(client, queryClient, relationship)
  // A kind that is newer than this package touches everything.
  const topics = (touchedBy as Partial<typeof touchedBy>)[kind]
  void invalidate(queryClient, topics ?? 'everything')
}

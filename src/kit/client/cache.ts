import type { QuotaFragment, RelationshipFragment } from '../generated/operations.ts'
import { keyOf, root, type Topic } from './keys.ts'
import type { Payload } from './operation.ts'
import type { ConnectionsClient } from './request.ts'

interface Filter {
  readonly queryKey: readonly unknown[]
}

type Predicate = (query: CachedQuery) => boolean

/** What is used of a `QueryClient` of TanStack Query. */
export interface QueryCacheOwner {
  setQueryData(key: readonly unknown[], update: (old: unknown) => unknown): unknown
  cancelQueries(filter: Filter & { predicate?: Predicate }): Promise<void>
  invalidateQueries(filter: Filter & { predicate?: Predicate }): Promise<void>
  resetQueries(filter: Filter): Promise<void>
  removeQueries(filter: Filter): void
  getQueryCache(): { findAll(filter: Filter): readonly { reset(): void }[] }
}

/** What is used of one of its queries. */
export interface CachedQuery {
  readonly queryKey: readonly unknown[]
  readonly state: { readonly dataUpdatedAt: number; readonly data: unknown }
  isActive(): boolean
}

/** What a payload can have that a cache keeps. */
interface Answered extends Payload {
  readonly relationship?: RelationshipFragment | null
  readonly friend?: object | null
  readonly viewer?: (object & { readonly quotas?: readonly QuotaFragment[] | null }) | null
}

const everything = { queryKey: [root] }

/**
 * Brings a cache up to date after a verb: writes the relationship, the counts and the quotas of the
 * payload, and marks as stale what else has changed. What a screen shows is fetched again.
 * @param isStale tells queries that are up to date, and left as they are
 * @returns when that has been fetched
 */
export async function applyPayload(
  client: ConnectionsClient,
  queryClient: QueryCacheOwner,
  verb: { readonly field: string; readonly touches: readonly Topic[] | 'everything' },
  payload: Payload,
  isStale?: Predicate,
): Promise<void> {
  // Nothing of somebody who has signed out comes back.
  if (client.closed.aborted) return
  const { relationship, friend, viewer } = payload as Answered
  // A blocked person disappears at once from every list, and from the device.
  const reset = verb.field === 'blockUser' ? queryClient.resetQueries(everything) : undefined
  if (relationship) writeRelationship(client, queryClient, relationship)
  if (viewer) {
    const { quotas, ...counts } = viewer
    write(queryClient, keyOf(client, ['counts'], {}), (old) => old && { ...old, ...counts })
    if (quotas) write(queryClient, keyOf(client, ['quotas'], {}), (old) => old && quotas)
  }
  if (reset) return reset
  const also: Topic[] = []
  if (friend) also.push('friends')
  // It was done, but not told how the two are now.
  if (relationship === null) also.push('relationship')
  await invalidate(queryClient, verb.touches, also, isStale)
}

/** Writes what the viewer is to a person, as it is known now. */
export function writeRelationship(
  client: ConnectionsClient,
  queryClient: QueryCacheOwner,
  relationship: RelationshipFragment,
): void {
  const { id: userId } = relationship.user
  write(queryClient, keyOf(client, ['relationship'], { userId }), () => relationship)
}

/**
 * An older answer that is still under way must not replace what is written. What has not been read
 * yet is read anew.
 */
function write(
  queryClient: QueryCacheOwner,
  queryKey: readonly unknown[],
  update: (old: object | undefined) => object | undefined,
): void {
  const canceled = queryClient.cancelQueries({ queryKey })
  const written = queryClient.setQueryData(queryKey, (old) => update(old as object | undefined))
  if (written === undefined) void canceled.then(() => queryClient.invalidateQueries({ queryKey }))
}

/**
 * Marks the answers about these topics as stale, and fetches those again that a screen shows.
 * @param also more topics
 * @param isStale tells queries that are up to date, and left as they are
 * @returns when they have been fetched
 */
export async function invalidate(
  queryClient: QueryCacheOwner,
  topics: readonly Topic[] | 'everything',
  also: readonly Topic[] = [],
  isStale?: Predicate,
): Promise<void> {
  const filters =
    topics === 'everything'
      ? [everything]
      : [...new Set([...topics, ...also])].map((topic) => ({ queryKey: [root, topic] }))
  const isFirst = (query: CachedQuery) => query.state.data === undefined && query.isActive()
  await Promise.all(
    filters.map((filter) => {
      // TanStack Query would go on with a first answer, which can be from before.
      void queryClient.cancelQueries({ ...filter, predicate: isFirst })
      // All are stale unless told.
      return queryClient.invalidateQueries({ ...filter, predicate: isStale as never })
    }),
  )
}

/**
 * For sign-out: ends the client's requests and forgets all that it has read. Screens that are still
 * there show nothing. Make a new client for whoever signs in.
 */
export function resetOnSignOut(client: ConnectionsClient, queryClient: QueryCacheOwner): void {
  client.close()
  for (const query of queryClient.getQueryCache().findAll(everything)) query.reset()
  queryClient.removeQueries(everything)
}

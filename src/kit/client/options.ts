import { applyPayload, type CachedQuery, invalidate, type QueryCacheOwner } from './cache.ts'
import { type QueryKey, root } from './keys.ts'
import type { Arguments, List, Page, Payload, Question, Verb } from './operation.ts'
import type { ConnectionsClient } from './request.ts'
import type { ConnectionsRequestError } from './request-error.ts'

/** How failed requests are tried again. Its type tells TanStack Query the type of errors. */
export interface RetryPolicy {
  readonly retry: (failures: number, error: ConnectionsRequestError) => boolean
  readonly retryDelay: (failures: number, error: ConnectionsRequestError) => number
}

/** Three times, when it may help; after what the service asks for, or longer each time. */
export const retryPolicy: RetryPolicy = {
  retry: (failures, { retryable }) => failures < 3 && retryable,
  retryDelay: (failures, { retryAfter }) =>
    Math.max((retryAfter ?? 0) * 1_000, Math.min(1_000 * 2 ** failures, 30_000)),
}

/** What `useQuery`, `fetchQuery` and the like of TanStack Query take. */
export interface QueryOptions<Answer> extends RetryPolicy {
  readonly queryKey: QueryKey
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Answer>
}

/** The options of a query: `useQuery(queryOptions(client, getRelationship, { userId }))`. */
export function queryOptions<Variables, Answer>(
  client: ConnectionsClient,
  question: Question<Variables, Answer>,
  ...args: Arguments<Variables>
): QueryOptions<Answer> {
  const variables = variablesIn(args)
  return {
    queryKey: question.key(client, variables),
    queryFn: ({ signal }) => ask(question, client, variables, signal),
    ...retryPolicy,
  }
}

/** What `useInfiniteQuery` and the like of TanStack Query take. */
export interface InfiniteQueryOptions<Edge> extends RetryPolicy {
  readonly queryKey: QueryKey
  readonly queryFn: (context: {
    readonly signal: AbortSignal
    readonly pageParam: string | null
  }) => Promise<Page<Edge>>
  readonly initialPageParam: string | null
  readonly getNextPageParam: (page: Page<Edge>) => string | null
}

/**
 * The options of a list that is read page by page:
 * `useInfiniteQuery(infiniteQueryOptions(client, listFriends, { level: 'CLOSE' }))`.
 */
export function infiniteQueryOptions<Variables, Edge>(
  client: ConnectionsClient,
  list: List<Variables, Edge>,
  ...args: Arguments<Variables>
): InfiniteQueryOptions<Edge> {
  const variables = variablesIn(args)
  return {
    // Pages together are another answer than one page.
    queryKey: list.key(client, { ...variables, pages: 'all' }),
    queryFn: ({ signal, pageParam }) =>
      ask(list, client, { ...variables, after: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    ...retryPolicy,
  }
}

function variablesIn<Variables>([variables]: Arguments<Variables>): Variables & object {
  return (variables ?? {}) as Variables & object
}

function ask<Variables, Answer>(
  question: Question<Variables, Answer>,
  client: ConnectionsClient,
  variables: Variables,
  signal: AbortSignal,
): Promise<Answer> {
  return question(client, ...([variables, { signal }] as unknown as Arguments<Variables>))
}

/** What `useMutation` of TanStack Query takes. */
export interface MutationOptions<Variables, Answer> {
  readonly mutationKey: readonly [typeof root, string, object]
  readonly mutationFn: (variables: Variables) => Promise<Answer>
  readonly retry: RetryPolicy['retry']
  readonly retryDelay: RetryPolicy['retryDelay']
  readonly scope?: { readonly id: string }
  readonly onSuccess: (
    payload: Answer,
    variables: Variables,
    onMutateResult: unknown,
    context: { readonly client: QueryCacheOwner },
  ) => void
  readonly onError: (
    error: ConnectionsRequestError,
    variables: Variables,
    onMutateResult: unknown,
    context: { readonly client: QueryCacheOwner },
  ) => void
}

/**
 * The options of a mutation: `useMutation(mutationOptions(client, followUser))`. Afterwards the
 * cache is brought up to date. A refused verb is an error, and what it would have touched is
 * fetched again.
 * @param person mutations about the same person run one after the other, when it is given
 * @param update what else is done to the cache when the verb has succeeded; gives what tells the
 *   queries that are up to date by it
 */
export function mutationOptions<Variables, Answer extends Payload>(
  client: ConnectionsClient,
  verb: Verb<Variables, Answer>,
  person?: string,
  update?: (queryClient: QueryCacheOwner) => (query: CachedQuery) => boolean,
): MutationOptions<Variables, Answer> {
  const { retry, retryDelay } = retryPolicy
  return {
    mutationKey: [root, verb.field, { viewer: client.viewer, userId: person }],
    mutationFn: (variables) => verb(client, ...([variables] as unknown as Arguments<Variables>)),
    // Every other verb answers `changed: false` when it had been heard the first time.
    retry: verb.once ? () => false : retry,
    retryDelay,
    ...(person !== undefined && { scope: { id: `${root} ${person}` } }),
    // Not waited for: while offline, a refetch waits for the network.
    onSuccess: (payload, _variables, _result, context) => {
      void applyPayload(client, context.client, verb, payload, update?.(context.client))
    },
    onError: (_error, _variables, _result, context) => {
      // The screen has shown something that is not so.
      if (!client.closed.aborted) void invalidate(context.client, verb.touches, ['relationship'])
    },
  }
}

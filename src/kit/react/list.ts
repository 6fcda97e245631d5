import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQueryClient,
  useSuspenseInfiniteQuery,
  type UseSuspenseInfiniteQueryResult,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  type ConnectionsClient,
  type ConnectionsRequestError,
  infiniteQueryOptions,
  type List,
  type Page,
  type QueryKey,
} from '../client/client.ts'
import type { Arguments } from '../client/operation.ts'
import { useExpectedLosses } from './pending.ts'
import { useConnectionsClient } from './provider.ts'
import { type Asked, isAbout, mostPages } from './rows.ts'

/** Options of TanStack Query that a hook passes on. */
export interface ReadOptions {
  /** False while there is nothing to ask yet. */
  readonly enabled?: boolean
  /**
   * Reads it again every so many milliseconds; a list only while it has at most five pages, because
   * all of them are read.
   */
  readonly refetchInterval?: number | false
  /** How long an answer counts as new, in milliseconds. */
  readonly staleTime?: number
  /** Shows what a list had before, while it is read with other variables for the same viewer. */
  readonly keepPreviousData?: boolean
}

/** Everything of a list that has been read so far. */
export interface Rows<Edge> {
  readonly rows: readonly Edge[]
  /** The `node` of each row. */
  readonly people: readonly NodeOf<Edge>[]
}

export type NodeOf<Edge> = Edge extends { readonly node: infer Node } ? Node : never

/** The result of `useInfiniteQuery`, with the rows of all pages. */
export type ListResult<Edge> = UseInfiniteQueryResult<Rows<Edge>, ConnectionsRequestError> &
  Rows<Edge>

/** The result of `useSuspenseInfiniteQuery`, with the rows of all pages. */
export type SuspenseListResult<Edge> = UseSuspenseInfiniteQueryResult<
  Rows<Edge>,
  ConnectionsRequestError
> &
  Rows<Edge>

/** What a list can be asked with; its pages are read by `fetchNextPage`. */
export type VariablesOf<Listed> =
  Listed extends List<infer Variables, unknown> ? Omit<Variables, 'after'> : never

type Pages<Edge> = InfiniteData<Page<Edge>, string | null>

const noRows: Rows<never> = { rows: [], people: [] }

/** Outside of the hooks, so that it runs once for each answer. */
function flat<Edge>({ pages }: Pages<Edge>): Rows<Edge> {
  return withPeople(pages.flatMap(({ edges }) => edges))
}

function withPeople<Edge>(rows: readonly Edge[]): Rows<Edge> {
  return { rows, people: rows.map((row) => (row as { readonly node: NodeOf<Edge> }).node) }
}

/** What has been read, without the rows that the list is expected to lose. */
function useShown<Edge>(key: QueryKey, read: Rows<Edge> = noRows): Rows<Edge> {
  const lost = useExpectedLosses(key)
  return useMemo(() => {
    const stays = (row: Edge) => !lost.some((userId) => isAbout(row, userId))
    return withPeople(read.rows.filter(stays))
  }, [read, lost])
}

function optionsOf<Variables, Edge>(
  client: ConnectionsClient,
  list: List<Variables, Edge>,
  variables: object,
) {
  const args = [variables] as unknown as Arguments<Variables>
  return { ...infiniteQueryOptions(client, list, ...args), select: flat<Edge> }
}

/** A list of the graph, read page by page. */
export function useList<Variables, Edge>(
  list: List<Variables, Edge>,
  variables: object,
  { keepPreviousData = false, ...options }: ReadOptions = {},
): ListResult<Edge> {
  const client = useConnectionsClient()
  const asked = optionsOf(client, list, variables)
  const query = useInfiniteQuery<
    Page<Edge>,
    ConnectionsRequestError,
    Rows<Edge>,
    QueryKey,
    string | null
  >({
    ...asked,
    ...options,
    placeholderData: (before, query) =>
      keepPreviousData && viewerOf(query?.queryKey) === client.viewer ? before : undefined,
    refetchInterval: ({ state }) => !state.data?.pages[mostPages] && options.refetchInterval,
  })
  const shown = useShown(asked.queryKey, query.data)
  return Object.assign({}, query, query.data && { data: shown }, shown)
}

const viewerOf = (key?: QueryKey) => (key?.at(-1) as Asked | undefined)?.['viewer']

/** The same, for a `Suspense` boundary above it. */
export function useSuspenseList<Variables, Edge>(
  list: List<Variables, Edge>,
  variables: object,
): SuspenseListResult<Edge> {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const options = optionsOf(client, list, variables)
  const isServer = typeof window === 'undefined'
  // React sends the fallback of the boundary instead, and goes on in the browser.
  if (isServer && queryClient.getQueryData(options.queryKey) === undefined)
    throw new Error('A list that was not prefetched is read in the browser.')
  const query = useSuspenseInfiniteQuery<
    Page<Edge>,
    ConnectionsRequestError,
    Rows<Edge>,
    QueryKey,
    string | null
  >(options)
  const shown = useShown(options.queryKey, query.data)
  return Object.assign({}, query, { data: shown }, shown)
}

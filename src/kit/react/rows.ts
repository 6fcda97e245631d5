import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { CachedQuery } from '../client/cache.ts'
import { root, type Topic } from '../client/client.ts'

/** What a cached list was asked with: the last part of its key. */
export type Asked = Readonly<Record<string, unknown>>

/** Lists that a verb is expected to take a person's rows from. */
export interface Lists {
  /** Every list, unless told. */
  readonly topic?: Topic
  /** Not every list of the topic: those that were asked for like this. */
  readonly where?: (asked: Asked) => boolean
}

/** A person, or a request between a person and the viewer. */
interface Row {
  readonly node: {
    readonly id: string
    readonly requester?: { readonly id: string }
    readonly target?: { readonly id: string }
  }
}

interface RowPage {
  readonly edges?: readonly Row[]
}

/** One page, or the pages of a list that is read page by page. Other answers have neither. */
interface Listed extends RowPage {
  readonly pages?: readonly RowPage[]
}

/** Whether a key is that of one of these lists. */
export function areKeptAt(key: QueryKey, lists: readonly Lists[]): boolean {
  const asked = key.at(-1) as Asked
  return lists.some(({ topic = key[1], where }) => topic === key[1] && where?.(asked) !== false)
}

/** Whether a row of a list is that of a person. */
export function isAbout(row: unknown, userId: string): boolean {
  const { node } = row as Row
  return [node.id, node.requester?.id, node.target?.id].includes(userId)
}

/** Of a list that is read again by itself: all of its pages are read, one after the other. */
export const mostPages = 5

/**
 * Takes the rows of a person from a viewer's lists in the cache.
 * @returns whether a query has to be read again for that; lists of many pages do not
 */
export function takeRows(
  queryClient: QueryClient,
  viewer: string | null,
  userId: string,
  lists: readonly Lists[],
): (query: CachedQuery) => boolean {
  const filter = {
    queryKey: [root],
    predicate: ({ queryKey, state }: CachedQuery) =>
      state.data != null &&
      (queryKey.at(-1) as Asked)['viewer'] === viewer &&
      areKeptAt(queryKey, lists),
  }
  const without = (page: RowPage): RowPage =>
    page.edges ? { ...page, edges: page.edges.filter((row) => !isAbout(row, userId)) } : page
  // What is being read can be about to show something new, and is not read to its end.
  const isIdle = queryClient.isFetching(filter) === 0
  // An answer from before must not bring the rows back.
  void queryClient.cancelQueries(filter)
  queryClient.setQueriesData<Listed>(
    filter,
    (data) => data && (data.pages ? { ...data, pages: data.pages.map(without) } : without(data)),
  )
  return ({ queryKey, state }) =>
    !(
      isIdle &&
      areKeptAt(queryKey, lists) &&
      (state.data as Listed | undefined)?.pages?.[mostPages]
    )
}

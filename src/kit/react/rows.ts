import type { QueryClient, QueryKey } from '@tanstack/react-query'
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

/** Takes the rows of a person from a viewer's lists in the cache, until these are read again. */
export function takeRows(
  queryClient: QueryClient,
  viewer: string | null,
  userId: string,
  lists: readonly Lists[],
): void {
  const filter = {
    queryKey: [root],
    predicate: ({ queryKey, state }: CachedQuery) =>
      state.data != null &&
      (queryKey.at(-1) as Asked)['viewer'] === viewer &&
      areKeptAt(queryKey, lists),
  }
  const without = (page: RowPage): RowPage =>
    page.edges ? { ...page, edges: page.edges.filter((row) => !isAbout(row, userId)) } : page
  // An answer from before must not bring the rows back.
  void queryClient.cancelQueries(filter)
  queryClient.setQueriesData<Listed>(
    filter,
    (data) => data && (data.pages ? { ...data, pages: data.pages.map(without) } : without(data)),
  )
}

interface CachedQuery {
  readonly queryKey: QueryKey
  readonly state: { readonly data: unknown }
}

import type { QueryClient } from '@tanstack/react-query'
import { type ConnectionsClient, root, type Topic } from '../client/client.ts'

/** What a cached list was asked with: the last part of its key. */
export type Asked = Readonly<Record<string, unknown>>

/** Lists that a verb is expected to take a person's rows from. */
export interface Lists {
  readonly topic: Topic
  /** Not every list of the topic: those that were asked for like this. */
  readonly where?: (asked: Asked) => boolean
}

interface Row {
  readonly node: {
    readonly id: string
    readonly requester?: { readonly id: string }
    readonly target?: { readonly id: string }
  }
}

interface RowPage {
  readonly edges: readonly Row[]
}

/** One page, or the pages of a list that is read page by page. */
type Rows = RowPage | { readonly pages: readonly RowPage[] }

interface Taken {
  readonly queryKey: readonly unknown[]
  readonly page: number
  readonly place: number
  readonly row: Row
}

/**
 * Takes the rows about a person from lists in the cache.
 * @returns puts them back, where they are still missing
 */
export function takeRows(
  client: ConnectionsClient,
  queryClient: QueryClient,
  userId: string,
  lists: readonly Lists[],
): () => void {
  const taken = lists.flatMap((each) => takeFrom(client, queryClient, userId, each))
  return () => {
    // The last one first: then each place is right again.
    for (const each of taken.toReversed()) putBack(queryClient, each)
  }
}

function takeFrom(
  client: ConnectionsClient,
  queryClient: QueryClient,
  userId: string,
  { topic, where = () => true }: Lists,
): Taken[] {
  const filter = {
    queryKey: [root, topic],
    predicate: ({ queryKey, state }: CachedQuery) => {
      const asked = queryKey.at(-1) as Asked
      return state.data !== undefined && asked['viewer'] === client.viewer && where(asked)
    },
  }
  // An answer from before must not bring the rows back.
  void queryClient.cancelQueries(filter)
  const taken: Taken[] = []
  for (const [queryKey, data] of queryClient.getQueriesData<Rows>(filter)) {
    if (data === undefined) continue
    const before = taken.length
    const left = mapPages(data, (edges, page) =>
      edges.filter((row, place) => {
        const stays = !isAbout(row, userId)
        if (!stays) taken.push({ queryKey, page, place, row })
        return stays
      }),
    )
    if (taken.length > before) queryClient.setQueryData(queryKey, left)
  }
  return taken
}

interface CachedQuery {
  readonly queryKey: readonly unknown[]
  readonly state: { readonly data: unknown }
}

function putBack(queryClient: QueryClient, { queryKey, page, place, row }: Taken): void {
  queryClient.setQueryData<Rows>(queryKey, (rows) => {
    if (rows === undefined) return undefined
    const isThere = pagesOf(rows).some(({ edges }) =>
      edges.some(({ node }) => node.id === row.node.id),
    )
    if (isThere) return rows
    return mapPages(rows, (edges, number) =>
      number === page ? [...edges.slice(0, place), row, ...edges.slice(place)] : edges,
    )
  })
}

/** A row is a person, or a request between a person and the viewer. */
function isAbout({ node }: Row, userId: string): boolean {
  return [node.id, node.requester?.id, node.target?.id].includes(userId)
}

function pagesOf(rows: Rows): readonly RowPage[] {
  return 'pages' in rows ? rows.pages : [rows]
}

function mapPages(
  rows: Rows,
  change: (edges: readonly Row[], page: number) => readonly Row[],
): Rows {
  const changed = (each: RowPage, page: number) => ({ ...each, edges: change(each.edges, page) })
  return 'pages' in rows ? { ...rows, pages: rows.pages.map(changed) } : changed(rows, 0)
}

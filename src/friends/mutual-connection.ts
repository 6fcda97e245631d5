import type { UserId } from '../base/ids.ts'
import {
  encodeCursor,
  toConnection,
  type Connection,
  type Page,
  type PageRequest,
} from '../base/pages.ts'

export type MutualConnection = Connection<{
  readonly cursor: string
  readonly node: { readonly id: UserId }
}>

export function toMutualConnection(
  list: string,
  request: PageRequest,
  page: Page<UserId>,
  totalCount: () => Promise<number>,
): MutualConnection {
  const edges = page.rows.map((id) => ({ cursor: encodeCursor(list, id), node: { id } }))
  return toConnection(edges, request, page.hasNextPage, totalCount)
}

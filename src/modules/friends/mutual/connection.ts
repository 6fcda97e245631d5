import type { UserId } from '../../../graphql/ids.ts'
import {
  encodeCursor,
  toConnection,
  toEdge,
  type Page,
  type PageRequest,
  type PersonConnection,
} from '../../../graphql/connections.ts'

export function toMutualConnection(
  list: string,
  request: PageRequest,
  page: Page<UserId>,
  totalCount: () => Promise<number>,
): PersonConnection {
  const edges = page.rows.map((id) => toEdge({ node: { id } }, () => encodeCursor(list, id)))
  return toConnection(edges, request, page.hasNextPage, totalCount)
}

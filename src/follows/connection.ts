import type { UserId } from '../base/ids.ts'
import {
  encodeTimeCursor,
  toConnection,
  toEdge,
  type Connection,
  type Page,
} from '../base/pages.ts'
import type { FollowPageRequest } from './loaders.ts'
import type { Follow, FollowDirection } from './sql.ts'

/** An edge of somebody's followings or followers. */
export interface FollowEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId }
  readonly since: Date
}

export type FollowConnection = Connection<FollowEdge>

/** What a cursor of these follows is a place in: one of one person's two lists, whoever reads it. */
export function followList(direction: FollowDirection, owner: UserId): string {
  return `${direction}:${owner}`
}

export function toFollowConnection(
  direction: FollowDirection,
  page: Page<Follow>,
  request: FollowPageRequest,
  totalCount: () => Promise<number>,
): FollowConnection {
  const edges = page.rows.map(({ owner, other, since }) =>
    toEdge({ node: { id: other }, since }, () =>
      encodeTimeCursor(followList(direction, owner), since, other),
    ),
  )
  return toConnection(edges, request, page.hasNextPage, totalCount)
}

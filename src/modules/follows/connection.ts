import type { UserId } from '../../graphql/ids.ts'
import {
  encodeTimeCursor,
  encodeTimeStop,
  toConnection,
  toEdge,
  type Connection,
  type TimePosition,
} from '../../graphql/connections.ts'
import type { VisiblePage } from '../../pairs/visible-pages.ts'
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

/** The cursor is that of the owner's own list in this direction. */
export function toFollowEdge(
  direction: FollowDirection,
  { owner, other, since }: Follow,
): FollowEdge {
  return toEdge({ node: { id: other }, since }, () =>
    encodeTimeCursor(followList(direction, owner), since, other),
  )
}

export function toFollowConnection(
  direction: FollowDirection,
  owner: UserId,
  page: VisiblePage<Follow, TimePosition>,
  request: FollowPageRequest,
  totalCount: () => Promise<number>,
): FollowConnection {
  const edges = page.rows.map((follow) => toFollowEdge(direction, follow))
  const stop = encodeTimeStop(followList(direction, owner), page.stop)
  return toConnection(edges, request, page.hasNextPage, totalCount, stop)
}

import type { UserId } from '../base/ids.ts'
import {
  encodeTimeCursor,
  encodeTimeStop,
  toConnection,
  toEdge,
  type Connection,
  type TimePosition,
} from '../base/pages.ts'
import type { VisiblePage } from '../pairs/visible-pages.ts'
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
  owner: UserId,
  page: VisiblePage<Follow, TimePosition>,
  request: FollowPageRequest,
  totalCount: () => Promise<number>,
): FollowConnection {
  const list = followList(direction, owner)
  const edges = page.rows.map(({ other, since }) =>
    toEdge({ node: { id: other }, since }, () => encodeTimeCursor(list, since, other)),
  )
  const stop = encodeTimeStop(list, page.stop)
  return toConnection(edges, request, page.hasNextPage, totalCount, stop)
}

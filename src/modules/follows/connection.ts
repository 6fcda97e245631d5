import {
  type Connection,
  cursorScope,
  encodeTimeCursor,
  toEdge,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Follow, FollowDirection } from './sql.ts'

/** An edge of somebody's followings or followers. */
interface FollowEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId }
  readonly since: Date
}

export type FollowConnection = Connection<FollowEdge>

/** One scope for each of a person's two lists. */
export function followCursorScope(direction: FollowDirection, owner: UserId): string {
  return cursorScope(direction, owner)
}

/** The cursor is that of the owner's own list in this direction. */
export function toFollowEdge(
  direction: FollowDirection,
  { owner, other, since }: Follow,
): FollowEdge {
  return toEdge({ node: { id: other }, since }, () =>
    encodeTimeCursor(followCursorScope(direction, owner), since, other),
  )
}

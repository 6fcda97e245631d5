import {
  type Connection,
  cursorScope,
  encodeTimeCursor,
  toEdge,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Block } from './sql.ts'

/** An edge of somebody's blocks. The node is a bare id, which need not be anybody's. */
interface BlockEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId }
  readonly since: Date
  readonly expiresAt: Date | null
  /** What the blocked was called when they were blocked. */
  readonly username: string | null
  readonly displayName: string | null
}

export type BlockConnection = Connection<BlockEdge>

export function blockCursorScope(blocker: UserId): string {
  return cursorScope('blocks', blocker)
}

export function toBlockEdge({ blocker, blocked, since, ...kept }: Block): BlockEdge {
  const { expiresAt, username, displayName } = kept
  return toEdge({ node: { id: blocked }, since, expiresAt, username, displayName }, () =>
    encodeTimeCursor(blockCursorScope(blocker), since, blocked),
  )
}

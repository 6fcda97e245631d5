import type { UserId } from '../../graphql/ids.ts'
import {
  encodeTimeCursor,
  toConnection,
  toEdge,
  type Connection,
  type Page,
} from '../../graphql/connections.ts'
import type { BlockPageRequest } from './loaders.ts'
import type { Block } from './sql.ts'

/** An edge of somebody's blocks. The node is a bare id, which need not be anybody's. */
export interface BlockEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId }
  readonly since: Date
  readonly expiresAt: Date | null
  /** What the blocked was called when they were blocked. */
  readonly username: string | null
  readonly displayName: string | null
}

export type BlockConnection = Connection<BlockEdge>

/** What a cursor of these blocks is a place in: one person's list, whoever reads it. */
export function blockList(blocker: UserId): string {
  return `blocks:${blocker}`
}

export function toBlockEdge({ blocker, blocked, since, ...kept }: Block): BlockEdge {
  const { expiresAt, username, displayName } = kept
  return toEdge({ node: { id: blocked }, since, expiresAt, username, displayName }, () =>
    encodeTimeCursor(blockList(blocker), since, blocked),
  )
}

export function toBlockConnection(
  page: Page<Block>,
  request: BlockPageRequest,
  totalCount: () => Promise<number>,
): BlockConnection {
  return toConnection(page.rows.map(toBlockEdge), request, page.hasNextPage, totalCount)
}

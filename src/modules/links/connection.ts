import {
  type Connection,
  cursorScope,
  encodeTimeCursor,
  toEdge,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { ContactLink } from './sql.ts'

/** An edge of somebody's contact links. */
interface ContactLinkEdge {
  readonly cursor: string
  readonly node: ContactLink
}

export type ContactLinkConnection = Connection<ContactLinkEdge>

export function linkCursorScope(maker: UserId): string {
  return cursorScope('contactLinks', maker)
}

export function toLinkEdge(link: ContactLink): ContactLinkEdge {
  return toEdge({ node: link }, () =>
    encodeTimeCursor(linkCursorScope(link.maker), link.createdAt, link.id),
  )
}

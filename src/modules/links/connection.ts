import type { UserId } from '../../graphql/ids.ts'
import {
  encodeTimeCursor,
  toConnection,
  toEdge,
  type Connection,
  type Page,
} from '../../graphql/connections.ts'
import type { LinkPageRequest } from './loaders.ts'
import type { ContactLink } from './sql.ts'

/** An edge of somebody's contact links. */
export interface ContactLinkEdge {
  readonly cursor: string
  readonly node: ContactLink
}

export type ContactLinkConnection = Connection<ContactLinkEdge>

/** What a cursor of these links is a place in: one person's list, whoever reads it. */
export function linkList(maker: UserId): string {
  return `contactLinks:${maker}`
}

export function toLinkEdge(link: ContactLink): ContactLinkEdge {
  return toEdge({ node: link }, () =>
    encodeTimeCursor(linkList(link.maker), link.createdAt, link.id),
  )
}

export function toLinkConnection(
  page: Page<ContactLink>,
  request: LinkPageRequest,
  totalCount: () => Promise<number>,
): ContactLinkConnection {
  return toConnection(page.rows.map(toLinkEdge), request, page.hasNextPage, totalCount)
}

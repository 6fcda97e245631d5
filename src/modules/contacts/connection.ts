import type { UserId } from '../../graphql/ids.ts'
import { encodeCursor, toConnection, toEdge, type Connection } from '../../graphql/connections.ts'
import type { VisiblePage } from '../../pairs/visible-pages.ts'
import type { ContactPageRequest } from './loaders.ts'
import { toPerson, type UserSummary } from '../../pairs/user-summary.ts'
import type { ShownContact } from './sql.ts'

/** An edge of somebody's contacts, all of it plain: nothing is asked again. */
export interface ContactEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId; readonly summary?: UserSummary | null }
  readonly addedAt: Date
  readonly updatedAt: Date
}

export type ContactConnection = Connection<ContactEdge>

/** What a cursor of these contacts is a place in: one person's list, whoever reads it. */
export function contactList(owner: UserId): string {
  return `contacts:${owner}`
}

export function toContactEdge(row: ShownContact, summaries = false): ContactEdge {
  const { owner, contact, addedAt, updatedAt } = row
  return toEdge({ node: toPerson(contact, summaries, row), addedAt, updatedAt }, () =>
    encodeCursor(contactList(owner), contact),
  )
}

export function toContactConnection(
  owner: UserId,
  page: VisiblePage<ShownContact, UserId | null>,
  request: ContactPageRequest,
  totalCount: () => Promise<number>,
): ContactConnection {
  return toConnection(
    page.rows.map((row) => toContactEdge(row, request.summaries)),
    request,
    page.hasNextPage,
    totalCount,
    page.stop && encodeCursor(contactList(owner), page.stop),
  )
}

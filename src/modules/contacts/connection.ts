import { type Connection, cursorScope, encodeCursor, toEdge } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { toPerson, type UserSummary } from '../../pairs/user-summary.ts'
import type { ShownContact } from './sql.ts'

/** An edge of somebody's contacts, all of it plain: nothing is asked again. */
interface ContactEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId; readonly summary?: UserSummary | null }
  readonly addedAt: Date
  readonly updatedAt: Date
}

export type ContactConnection = Connection<ContactEdge>

export function contactCursorScope(owner: UserId): string {
  return cursorScope('contacts', owner)
}

export function toContactEdge(row: ShownContact, summaries = false): ContactEdge {
  const { owner, contact, addedAt, updatedAt } = row
  return toEdge({ node: toPerson(contact, summaries, row), addedAt, updatedAt }, () =>
    encodeCursor(contactCursorScope(owner), contact),
  )
}

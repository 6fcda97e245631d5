import type { UserId } from '../base/ids.ts'
import { lookup, pages } from '../base/loaders.ts'
import { cutPage, type PageRequest } from '../base/pages.ts'
import type { Sql } from '../base/sql.ts'
import { countContacts, selectContactPages } from './sql.ts'

/** A page of contacts, as it was asked for; `after` is the id of a person, there or not. */
export interface ContactPageRequest extends PageRequest {
  readonly after: UserId | null
  /** Whether what the contacts show is to come with the page. */
  readonly cards: boolean
}

/** The lists of many owners at once; null for an owner who does not exist. */
export function contactLoaders(from: Sql) {
  return {
    page: pages(
      from,
      'contacts.page',
      async (owners: readonly UserId[], page: ContactPageRequest) => {
        const rows = await selectContactPages(from, owners, page)
        return new Map([...rows].map(([owner, contacts]) => [owner, cutPage(contacts, page.first)]))
      },
    ),
    count: lookup(from, 'contacts.count', (owners: readonly UserId[]) =>
      countContacts(from, owners),
    ),
  }
}

export type ContactLoaders = ReturnType<typeof contactLoaders>

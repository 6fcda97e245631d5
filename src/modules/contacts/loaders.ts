import type { Queryable } from '../../database/sql.ts'
import { counts } from '../../graphql/loaders.ts'
import { visiblePages } from '../../pairs/visible-pages.ts'
import { countContacts, selectContactPages } from './sql.ts'

/** The lists of many owners at once; null for an owner who does not exist. */
export function contactLoaders(from: Queryable) {
  return {
    page: visiblePages(from, 'contacts.page', selectContactPages),
    count: counts(from, 'contacts.count', countContacts),
  }
}

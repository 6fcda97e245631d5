import type { Queryable } from '../../database/sql.ts'
import { counts, lookup, pages } from '../../graphql/loaders.ts'
import { countLinks, selectLinkPages, selectLinksByHash } from './sql.ts'

/**
 * The links of many makers at once, null for a person who does not exist; and links by their
 * tokens' hashes.
 */
export function linkLoaders(from: Queryable) {
  return {
    page: pages(from, 'links.page', selectLinkPages),
    count: counts(from, 'links.count', countLinks),
    found: lookup(from, 'links.found', selectLinksByHash),
  }
}

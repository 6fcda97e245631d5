import type { Queryable } from '../../database/sql.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { counts, lookup, pages } from '../../graphql/loaders.ts'
import { countLinks, selectLinksByHash, selectLinkPages } from './sql.ts'
import type { TokenHash } from './tokens.ts'

/** A page of links, and the place that it begins behind. */
interface LinkPageQuery {
  readonly first: number
  readonly position: TimePosition
}

/**
 * The links of many makers at once, null for a person who does not exist; and links by their
 * tokens' hashes.
 */
export function linkLoaders(from: Queryable) {
  return {
    page: pages(
      from,
      'links.page',
      (makers: readonly UserId[], { first, position }: LinkPageQuery) =>
        selectLinkPages(from, makers, first, position),
    ),
    count: counts(from, 'links.count', (makers: readonly UserId[]) => countLinks(from, makers)),
    found: lookup(from, 'links.found', (hashes: readonly TokenHash[]) =>
      selectLinksByHash(from, hashes),
    ),
  }
}

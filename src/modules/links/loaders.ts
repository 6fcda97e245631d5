import type { UserId } from '../../graphql/ids.ts'
import { lookup, pages } from '../../graphql/loaders.ts'
import { cutPage, type PageRequest, type TimePosition } from '../../graphql/connections.ts'
import type { Queryable } from '../../database/sql.ts'
import { countLinks, findLinks, selectLinkPages } from './sql.ts'
import type { TokenHash } from './tokens.ts'

/** A page of links, as it was asked for, and the place that `after` names. */
export interface LinkPageRequest extends PageRequest {
  readonly position: TimePosition
}

/** The links of many makers at once, null for a person who does not exist; and links by their tokens' hashes. */
export function linkLoaders(from: Queryable) {
  return {
    page: pages(from, 'links.page', async (makers: readonly UserId[], page: LinkPageRequest) => {
      const rows = await selectLinkPages(from, makers, page.first, page.position)
      return new Map([...rows].map(([maker, links]) => [maker, cutPage(links, page.first)]))
    }),
    count: lookup(from, 'links.count', (makers: readonly UserId[]) => countLinks(from, makers)),
    found: lookup(from, 'links.found', (hashes: readonly TokenHash[]) => findLinks(from, hashes)),
  }
}

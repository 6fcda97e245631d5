import type { UserId } from '../../graphql/ids.ts'
import { lookup, pages } from '../../graphql/loaders.ts'
import { cutPage, type PageRequest } from '../../graphql/connections.ts'
import type { Queryable } from '../../database/sql.ts'
import { countBlocks, selectBlockPages, type BlockPageQuery } from './sql.ts'

/** A page of blocks, as it was asked for, and the place that `after` names. */
export type BlockPageRequest = PageRequest & BlockPageQuery

/** The standing blocks of many people at once; null for a person who does not exist. */
export function blockLoaders(from: Queryable) {
  return {
    page: pages(
      from,
      'blocks.page',
      async (blockers: readonly UserId[], page: BlockPageRequest) => {
        const rows = await selectBlockPages(from, blockers, page)
        return new Map([...rows].map(([blocker, blocks]) => [blocker, cutPage(blocks, page.first)]))
      },
    ),
    count: lookup(from, 'blocks.count', (blockers: readonly UserId[]) =>
      countBlocks(from, blockers),
    ),
  }
}

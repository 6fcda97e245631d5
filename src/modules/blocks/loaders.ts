import type { Queryable } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { counts, pages } from '../../graphql/loaders.ts'
import { countBlocks, selectBlockPages, type BlockPageQuery } from './sql.ts'

/** The standing blocks of many people at once; null for a person who does not exist. */
export function blockLoaders(from: Queryable) {
  return {
    page: pages(from, 'blocks.page', (blockers: readonly UserId[], query: BlockPageQuery) =>
      selectBlockPages(from, blockers, query),
    ),
    count: counts(from, 'blocks.count', (blockers: readonly UserId[]) =>
      countBlocks(from, blockers),
    ),
  }
}

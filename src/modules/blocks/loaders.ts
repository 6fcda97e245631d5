import type { Queryable } from '../../database/sql.ts'
import { counts, pages } from '../../graphql/loaders.ts'
import { countBlocks, selectBlockPages } from './sql.ts'

/** The standing blocks of many people at once; null for a person who does not exist. */
export function blockLoaders(from: Queryable) {
  return {
    page: pages(from, 'blocks.page', selectBlockPages),
    count: counts(from, 'blocks.count', countBlocks),
  }
}

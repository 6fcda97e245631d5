import type { Queryable } from '../../../database/sql.ts'
import { filteredCounts, lookup } from '../../../graphql/loaders.ts'
import { visiblePages } from '../../../pairs/visible-pages.ts'
import { countRequests, selectRequestPages } from './pages-sql.ts'
import { selectRequests } from './sql.ts'

/** Single requests, and the lists of people's requests, each for many at once. */
export function requestLoaders(from: Queryable) {
  return {
    byId: lookup(from, 'requests.byId', selectRequests),
    page: visiblePages(from, 'requests.page', selectRequestPages),
    count: filteredCounts(from, 'requests.count', countRequests),
  }
}

export type RequestLoaders = ReturnType<typeof requestLoaders>

import type { Queryable } from '../../../database/sql.ts'
import type { RequestId, UserId } from '../../../graphql/ids.ts'
import { counts, lookup, pages, perRequest } from '../../../graphql/loaders.ts'
import { fillPages } from '../../../pairs/visible-pages.ts'
import {
  countRequests,
  selectRequestPages,
  type RequestFilter,
  type RequestQuery,
} from './pages-sql.ts'
import { selectRequests } from './sql.ts'

/**
 * Single requests, and the lists of the viewer's and other people's requests, each for many at
 * once.
 */
export function requestLoaders(from: Queryable) {
  return {
    byId: lookup(from, 'requests.byId', (ids: readonly RequestId[]) => selectRequests(from, ids)),
    page: pages(
      from,
      'requests.page',
      (people: readonly UserId[], { first, after, ...filter }: RequestQuery) =>
        fillPages(people, first, after, (some, candidates, start) =>
          selectRequestPages(from, some, first + 1, candidates, start, filter),
        ),
    ),
    count: perRequest((filter: RequestFilter) =>
      counts(from, 'requests.count', (people: readonly UserId[]) =>
        countRequests(from, people, filter),
      ),
    ),
  }
}

export type RequestLoaders = ReturnType<typeof requestLoaders>

import type { UserId } from '../../graphql/ids.ts'
import { counts, lookup, pages, perRequest } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { fillPages } from '../../pairs/visible-pages.ts'
import { countMutualFriends, selectMutualFriendPages } from './mutual/sql.ts'
import { countRequests, selectRequestPages, type RequestQuery } from './requests/pages-sql.ts'
import { selectRequests } from './requests/sql.ts'
import { countFriends, selectFriendPages, type FriendQuery } from './sql.ts'

/** The viewer's and other people's friends, requests and mutual friends, each for many at once. */
export function friendLoaders(from: Queryable) {
  return {
    page: pages(from, 'friends.page', (people: readonly UserId[], query: FriendQuery) =>
      selectFriendPages(from, people, query),
    ),
    count: perRequest((which: Pick<FriendQuery, 'level' | 'exclude' | 'search'>) =>
      counts(from, 'friends.count', (people: readonly UserId[]) =>
        countFriends(from, people, which),
      ),
    ),
    request: lookup(from, 'requests.byId', (ids: readonly string[]) => selectRequests(from, ids)),
    requestPage: pages(
      from,
      'requests.page',
      (people: readonly UserId[], { first, after, ...which }: RequestQuery) =>
        fillPages(people, first, after, (some, candidates, start) =>
          selectRequestPages(from, some, first + 1, candidates, start, which),
        ),
    ),
    requestCount: perRequest((which: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>) =>
      counts(from, 'requests.count', (people: readonly UserId[]) =>
        countRequests(from, people, which),
      ),
    ),
    mutualPage: pages(
      from,
      'mutualFriends.page',
      (others: readonly UserId[], { first, after }: { first: number; after: UserId | null }) =>
        selectMutualFriendPages(from, others, first, after),
    ),
    mutualCount: counts(from, 'mutualFriends.count', (others: readonly UserId[]) =>
      countMutualFriends(from, others),
    ),
  }
}

export type FriendLoaders = ReturnType<typeof friendLoaders>

import type { UserId } from '../../graphql/ids.ts'
import { lookup, pages } from '../../graphql/loaders.ts'
import { cutPage, type PageRequest } from '../../graphql/connections.ts'
import type { Queryable } from '../../database/sql.ts'
import { fillPages } from '../../pairs/visible-pages.ts'
import { countMutualFriends, selectMutualFriendPages } from './mutual/sql.ts'
import { countRequests, selectRequestPages, type RequestQuery } from './requests/pages-sql.ts'
import { selectRequests } from './requests/sql.ts'
import { countFriends, selectFriendPages, type FriendQuery } from './sql.ts'

/** The viewer's and other people's friends, requests and mutual friends, each for many at once. */
export function friendLoaders(from: Queryable) {
  return {
    page: pages(from, 'friends.page', async (people: readonly UserId[], query: FriendQuery) =>
      cutPages(await selectFriendPages(from, people, query), query.first),
    ),
    count: pages(
      from,
      'friends.count',
      (people: readonly UserId[], which: Pick<FriendQuery, 'level' | 'exclude' | 'search'>) =>
        countFriends(from, people, which),
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
    requestCount: pages(
      from,
      'requests.count',
      (people: readonly UserId[], which: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>) =>
        countRequests(from, people, which),
    ),
    mutualPage: pages(
      from,
      'mutualFriends.page',
      async (others: readonly UserId[], page: PageRequest & { after: UserId | null }) =>
        cutPages(await selectMutualFriendPages(from, others, page.first, page.after), page.first),
    ),
    mutualCount: lookup(from, 'mutualFriends.count', (others: readonly UserId[]) =>
      countMutualFriends(from, others),
    ),
  }
}

export type FriendLoaders = ReturnType<typeof friendLoaders>

function cutPages<Row>(rows: ReadonlyMap<UserId, Row[]>, first: number) {
  return new Map([...rows].map(([person, found]) => [person, cutPage(found, first)]))
}

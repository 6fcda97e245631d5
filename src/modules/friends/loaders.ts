import type { Queryable } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { counts, pages, perRequest } from '../../graphql/loaders.ts'
import { countMutualFriends, selectMutualFriendPages } from './mutual/sql.ts'
import { countFriends, selectFriendPages, type FriendFilter, type FriendQuery } from './sql.ts'

/** The viewer's and other people's friends, and mutual friends, each for many at once. */
export function friendLoaders(from: Queryable) {
  return {
    page: pages(from, 'friends.page', (people: readonly UserId[], query: FriendQuery) =>
      selectFriendPages(from, people, query),
    ),
    count: perRequest((filter: FriendFilter) =>
      counts(from, 'friends.count', (people: readonly UserId[]) =>
        countFriends(from, people, filter),
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

import type { Queryable } from '../../database/sql.ts'
import { counts, filteredCounts, pages } from '../../graphql/loaders.ts'
import { countMutualFriends, selectMutualFriendPages } from './mutual/sql.ts'
import { countFriends, selectFriendPages } from './sql.ts'

/** The viewer's and other people's friends, and mutual friends, each for many at once. */
export function friendLoaders(from: Queryable) {
  return {
    page: pages(from, 'friends.page', selectFriendPages),
    count: filteredCounts(from, 'friends.count', countFriends),
    mutualPage: pages(from, 'mutualFriends.page', selectMutualFriendPages),
    mutualCount: counts(from, 'mutualFriends.count', countMutualFriends),
  }
}

export type FriendLoaders = ReturnType<typeof friendLoaders>

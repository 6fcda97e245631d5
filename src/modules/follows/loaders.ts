import type { Queryable } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { counts, pages } from '../../graphql/loaders.ts'
import { visiblePages } from '../../pairs/visible-pages.ts'
import { countFollows, type FollowDirection, selectFollowPages, selectFollows } from './sql.ts'

/**
 * Both lists of many owners at once, null for an owner who is not visible; and single follows of
 * one follower's.
 */
export function followLoaders(from: Queryable) {
  return {
    following: listLoaders(from, 'following'),
    followers: listLoaders(from, 'followers'),
    between: pages(from, 'follows.between', selectFollows),
  }
}

export type FollowLoaders = ReturnType<typeof followLoaders>

function listLoaders(from: Queryable, direction: FollowDirection) {
  return {
    page: visiblePages(from, `follows.${direction}`, selectFollowPages),
    count: counts(from, `follows.${direction}Count`, (_, owners: readonly UserId[]) =>
      countFollows(from, owners, direction),
    ),
  }
}

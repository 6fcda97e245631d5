import type { UserId } from '../../graphql/ids.ts'
import { counts, pages } from '../../graphql/loaders.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { Queryable } from '../../database/sql.ts'
import { fillPages } from '../../pairs/visible-pages.ts'
import { countFollows, selectFollowPages, selectFollows, type FollowDirection } from './sql.ts'

/** A page of follows, and the place that it begins behind. */
interface FollowPageQuery {
  readonly first: number
  readonly position: TimePosition
}

/**
 * Both lists of many owners at once, null for an owner who is not visible; and single follows of
 * one follower's.
 */
export function followLoaders(from: Queryable) {
  return {
    following: listLoaders(from, 'following'),
    followers: listLoaders(from, 'followers'),
    between: pages(
      from,
      'follows.between',
      (targets: readonly UserId[], { follower }: { readonly follower: UserId }) =>
        selectFollows(from, follower, targets),
    ),
  }
}

export type FollowLoaders = ReturnType<typeof followLoaders>

function listLoaders(from: Queryable, direction: FollowDirection) {
  return {
    page: pages(
      from,
      `follows.${direction}`,
      (owners: readonly UserId[], { first, position }: FollowPageQuery) =>
        fillPages(owners, first, position, (some, candidates, after) =>
          selectFollowPages(from, direction, some, first + 1, candidates, after),
        ),
    ),
    count: counts(from, `follows.${direction}Count`, (owners: readonly UserId[]) =>
      countFollows(from, direction, owners),
    ),
  }
}

import type { UserId } from '../../graphql/ids.ts'
import { lookup, pages } from '../../graphql/loaders.ts'
import type { PageRequest, TimePosition } from '../../graphql/connections.ts'
import type { Queryable } from '../../database/sql.ts'
import { fillPages } from '../../pairs/visible-pages.ts'
import { countFollows, selectFollowPages, selectFollows, type FollowDirection } from './sql.ts'

/** A page of follows, as it was asked for, and the place that `after` names. */
export interface FollowPageRequest extends PageRequest {
  readonly position: TimePosition
}

/** Both lists of many owners at once, null for an owner who is not visible; and single follows of one follower's. */
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
      (owners: readonly UserId[], { first, position }: FollowPageRequest) =>
        fillPages(owners, first, position, (some, candidates, after) =>
          selectFollowPages(from, direction, some, first + 1, candidates, after),
        ),
    ),
    count: lookup(from, `follows.${direction}Count`, (owners: readonly UserId[]) =>
      countFollows(from, direction, owners),
    ),
  }
}

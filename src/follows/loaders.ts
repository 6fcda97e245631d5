import type { UserId } from '../base/ids.ts'
import { lookup, pages } from '../base/loaders.ts'
import { cutPage, type PageRequest, type TimePosition } from '../base/pages.ts'
import type { Sql } from '../base/sql.ts'
import { countFollows, selectFollowPages, type FollowDirection } from './sql.ts'

/** A page of follows, as it was asked for, and the place that `after` names. */
export interface FollowPageRequest extends PageRequest {
  readonly position: TimePosition
}

/** Both lists of many owners at once; null for an owner who is not visible. */
export function followLoaders(from: Sql) {
  return { following: listLoaders(from, 'following'), followers: listLoaders(from, 'followers') }
}

export type FollowLoaders = ReturnType<typeof followLoaders>

function listLoaders(from: Sql, direction: FollowDirection) {
  return {
    page: pages(
      from,
      `follows.${direction}`,
      async (owners: readonly UserId[], page: FollowPageRequest) => {
        const rows = await selectFollowPages(from, direction, owners, page.first, page.position)
        return new Map([...rows].map(([owner, follows]) => [owner, cutPage(follows, page.first)]))
      },
    ),
    count: lookup(from, `follows.${direction}Count`, (owners: readonly UserId[]) =>
      countFollows(from, direction, owners),
    ),
  }
}

import { type Queryable, sql } from '../../../database/sql.ts'
import { nobody, type UserId } from '../../../graphql/ids.ts'
import { type OwnedRow, type Page, pagesByOwner, selectCounts } from '../../../graphql/pages.ts'

/** A friend whom the viewer shares with another person, the owner of the list. */
export interface MutualFriend {
  readonly friend: UserId
}

/** The same page of friends whom the viewer shares with each of many others, by id. */
export async function selectMutualFriendPages(
  from: Queryable,
  others: readonly UserId[],
  { first, after }: { readonly first: number; readonly after: UserId | null },
): Promise<Map<UserId, Page<MutualFriend>>> {
  const rows = await from.rows<OwnedRow<MutualFriend, 'friend'>>(
    'mutualFriends.pages',
    sql`
      select other as owner, friend
        from mutual_friend_pages(${others}::uuid[], ${first + 1}::int, ${after ?? nobody}::uuid)
       order by other, friend`,
  )
  return pagesByOwner(rows, 'friend', first)
}

/**
 * How many friends the viewer shares with each of many others; nothing for those who are not
 * visible.
 */
export async function countMutualFriends(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, number>> {
  return selectCounts(
    from,
    'mutualFriends.count',
    sql`select other as owner, count from count_mutual_friends(${others}::uuid[])`,
  )
}

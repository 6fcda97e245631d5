import type { UserId } from '../../../graphql/ids.ts'
import { sql, type Queryable } from '../../../database/sql.ts'

/** The same page of friends whom the viewer shares with each of many others, by id, one more than `first`. */
export async function selectMutualFriendPages(
  from: Queryable,
  others: readonly UserId[],
  first: number,
  after: UserId | null,
): Promise<Map<UserId, UserId[]>> {
  const start = after ?? '00000000-0000-0000-0000-000000000000'
  const rows = await from.rows<{ other: UserId; friend: UserId | null }>(
    'mutualFriends.pages',
    sql`
      select other, friend
        from mutual_friend_pages(${others}::uuid[], ${first + 1}::int, ${start}::uuid)
       order by other, friend`,
  )
  const pages = new Map<UserId, UserId[]>()
  for (const { other, friend } of rows) {
    const page = pages.get(other) ?? []
    if (friend !== null) page.push(friend)
    pages.set(other, page)
  }
  return pages
}

/** How many friends the viewer shares with each of many others; nothing for those who are not visible. */
export async function countMutualFriends(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, number>> {
  const rows = await from.rows<{ other: UserId; count: number }>(
    'mutualFriends.count',
    sql`select other, count from count_mutual_friends(${others}::uuid[])`,
  )
  return new Map(rows.map(({ other, count }) => [other, count]))
}

import { isAmong, type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type OwnedRow, selectCounts } from '../../graphql/pages.ts'
import {
  type Look,
  looksByOwner,
  type TimeStop,
  toTimeStop,
  type VisiblePageQuery,
} from '../../pairs/visible-pages.ts'

/** Which of a person's two lists: whom they follow, or who follows them. */
export type FollowDirection = 'following' | 'followers'

/** A page of one of them. */
interface FollowPageQuery extends VisiblePageQuery<TimePosition> {
  readonly direction: FollowDirection
}

/** A follow as it stands in the list of one of its two sides. */
export interface Follow {
  readonly owner: UserId
  /** Whom the owner follows, or who follows the owner. */
  readonly other: UserId
  readonly since: Date
}

/**
 * Makes the follow unless it is there. The condition is in the statement: false also when the
 * target cannot be followed by then, which a privacy setting may say at any moment without the
 * pair's lock.
 */
export async function insertFollow(
  tx: Transaction,
  follower: UserId,
  target: UserId,
): Promise<boolean> {
  const rows = await tx.rows(
    'follows.insert',
    sql`
      insert into user_follows (follower_user_id, target_user_id)
      select ${follower}::uuid, ${target}::uuid
       where may_follow(${target}::uuid)
          on conflict do nothing
   returning 1`,
  )
  return rows.length > 0
}

/** Ends the follow, and says since when it was; null when there was none. */
export async function deleteFollow(
  tx: Transaction,
  follower: UserId,
  target: UserId,
): Promise<Date | null> {
  const [ended] = await tx.rows<{ since: Date }>(
    'follows.delete',
    sql`
      delete from user_follows
       where follower_user_id = ${follower}::uuid and target_user_id = ${target}::uuid
   returning created_at as since`,
  )
  return ended?.since ?? null
}

/**
 * Whom of these people somebody follows, and since when: one's own follows, or any for a service.
 */
export async function selectFollows(
  from: Queryable,
  targets: readonly UserId[],
  { follower }: { readonly follower: UserId },
): Promise<Map<UserId, Follow>> {
  const rows = await from.rows<Follow>(
    'follows.between',
    sql`
      select follower_user_id as owner, target_user_id as other, created_at as since
        from user_follows
       where follower_user_id = ${follower}::uuid and target_user_id ${isAmong(targets)}`,
  )
  return new Map(rows.map((follow) => [follow.other, follow]))
}

/**
 * Looks at so many of many people's lists, newest first, and gives those whom the viewer
 * sees. An owner without follows has an empty look; one who is not visible has none.
 */
export async function selectFollowPages(
  from: Queryable,
  owners: readonly UserId[],
  { direction, first, after: { at, id } }: FollowPageQuery,
  candidates: number,
): Promise<Map<UserId, Look<Follow, TimePosition>>> {
  // A definer function reads the rows: by its own policy a person sees the follows that they are a
  // side of, no others.
  const pages = { following: sql`following_pages`, followers: sql`follower_pages` }[direction]
  const rows = await from.rows<OwnedRow<Follow, 'other', TimeStop>>(
    `follows.${direction}`,
    sql`
      select owner, other, since, stop_at as "stopAt", stop_id as "stopId"
        from ${pages}(${owners}::uuid[], ${first + 1}::int, ${candidates}::int, ${at}::timestamptz, ${id}::uuid)
       order by owner, since desc, other desc`,
  )
  return looksByOwner(rows, 'other', toTimeStop)
}

/**
 * How many follows the viewer can page through in each owner's list: exact up to 1,000; above, the
 * stored counter rounded down to two digits (rule 5.3).
 */
export async function countFollows(
  from: Queryable,
  owners: readonly UserId[],
  direction: FollowDirection,
): Promise<Map<UserId, number>> {
  const counts = { following: sql`count_following`, followers: sql`count_followers` }[direction]
  return selectCounts(
    from,
    `follows.${direction}Count`,
    sql`select owner, count from ${counts}(${owners}::uuid[])`,
  )
}

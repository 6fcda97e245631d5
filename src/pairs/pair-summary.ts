import type DataLoader from 'dataloader'
import { type Queryable, sql } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'

export type FriendshipLevel = 'FRIEND' | 'CLOSE'

/** What one person and another are to each other. */
export interface PairSummary {
  readonly other: UserId
  /**
   * Does not exist, was erased, or blocks the one who asks. Nothing here or after tells these apart
   * (rule 0.4).
   */
  readonly isAbsent: boolean
  readonly isBlocking: boolean
  readonly isContact: boolean
  readonly isFollowing: boolean
  readonly isFollowedBy: boolean
  /** Null: not friends. */
  readonly friendshipLevel: FriendshipLevel | null
  readonly friendsSince: Date | null
}

/** The viewer and each other person, present or not; null for the anonymous and for services. */
export type PairSummaryLoader = DataLoader<UserId, PairSummary | null>

export function pairSummaryLoader(from: Queryable): PairSummaryLoader {
  return lookup(from, 'pairs.summaries', selectPairSummaries)
}

/** The viewer and each of the others, in one statement. Nobody for the anonymous. */
async function selectPairSummaries(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, PairSummary>> {
  const rows = await from.rows<PairSummaryRow>(
    'pairs.summaries',
    sql`select ${pairColumns} from my_pair_summaries(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toPairSummary(row)]))
}

export interface PairSummaryRow {
  readonly other: UserId
  readonly present: boolean
  readonly blocks: boolean
  readonly is_contact: boolean
  readonly follows: boolean
  readonly followed_by: boolean
  readonly friendship_level: FriendshipLevel | null
  readonly friends_since: Date | null
}

/** The columns of a `PairSummaryRow`, from any of the functions that answer for pairs. */
export const pairColumns = sql`
  other, present, blocks, is_contact, follows, followed_by, upper(friendship_level) as friendship_level, friends_since`

/**
 * With an absent person nobody has any relationship: the viewer's own rows about them, such as a
 * hidden contact, count for nothing meanwhile.
 */
export function toPairSummary(row: PairSummaryRow): PairSummary {
  const between = row.present && !row.blocks
  return {
    other: row.other,
    isAbsent: !row.present,
    isBlocking: row.blocks,
    isContact: between && row.is_contact,
    isFollowing: between && row.follows,
    isFollowedBy: between && row.followed_by,
    friendshipLevel: between ? row.friendship_level : null,
    friendsSince: between ? row.friends_since : null,
  }
}

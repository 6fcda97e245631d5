import type DataLoader from 'dataloader'
import type { UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'
import { sql, type Queryable } from '../database/sql.ts'

export type FriendshipLevel = 'FRIEND' | 'CLOSE'

/** What one person and another are to each other. */
export interface PairSummary {
  readonly other: UserId
  /** Does not exist, was erased, or blocks the one who asks. Nothing here or after tells these apart (rule 0.4). */
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
  return lookup(from, 'pairs.summaries', (others) => selectPairSummaries(from, others))
}

/** The viewer and each of the others, in one statement. Nobody for the anonymous. */
async function selectPairSummaries(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, PairSummary>> {
  const rows = await from.rows<PairSummaryRow>(
    'pairs.summaries',
    sql`select ${pairFacts} as facts, ${pairColumns} from my_pair_summaries(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toPairSummary(row)]))
}

export interface PairSummaryRow {
  readonly other: UserId
  /** What is true of the two, one letter each: most of it is false, and a column for each costs more than reading it. */
  readonly facts: string
  readonly friendship_level: FriendshipLevel | null
  readonly friends_since: Date | null
}

export const pairFacts = sql`
  case when present then 'p' else '' end || case when blocks then 'b' else '' end ||
  case when is_contact then 'c' else '' end ||
  case when follows then 'f' else '' end || case when followed_by then 'F' else '' end`

export const pairColumns = sql`other, upper(friendship_level) as friendship_level, friends_since`

/** With an absent person nobody has any relationship: one's own rows about them (a hidden contact) count for nothing meanwhile. */
export function toPairSummary({
  other,
  facts,
  friendship_level,
  friends_since,
}: PairSummaryRow): PairSummary {
  const is = (letter: string) => facts.includes(letter)
  const isAbsent = !is('p')
  const isBlocking = is('b')
  const between = !isAbsent && !isBlocking
  return {
    other,
    isAbsent,
    isBlocking,
    isContact: between && is('c'),
    isFollowing: between && is('f'),
    isFollowedBy: between && is('F'),
    friendshipLevel: between ? friendship_level : null,
    friendsSince: between ? friends_since : null,
  }
}

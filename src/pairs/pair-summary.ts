import type DataLoader from 'dataloader'
import type { UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'
import { sql, type Queryable } from '../database/sql.ts'

export type FriendshipLevel = 'FRIEND' | 'CLOSE'

/** What one person and another are to each other. */
export interface Tie {
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

/** The viewer's tie with each other person, present or not; null for the anonymous and for services. */
export type TieLoader = DataLoader<UserId, Tie | null>

export function tieLoader(from: Queryable): TieLoader {
  return lookup(from, 'ties.between', (others) => selectTies(from, others))
}

/** The viewer's tie with each of the others, in one statement. Nobody for the anonymous. */
async function selectTies(from: Queryable, others: readonly UserId[]): Promise<Map<UserId, Tie>> {
  const rows = await from.rows<TieRow>(
    'ties.between',
    sql`select ${tieFacts} as facts, ${tieColumns} from my_ties(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toTie(row)]))
}

export interface TieRow {
  readonly other: UserId
  /** What is true of the two, one letter each: most of it is false, and a column for each costs more than reading it. */
  readonly facts: string
  readonly friendship_level: FriendshipLevel | null
  readonly friends_since: Date | null
}

export const tieFacts = sql`
  case when present then 'p' else '' end || case when blocks then 'b' else '' end ||
  case when is_contact then 'c' else '' end ||
  case when follows then 'f' else '' end || case when followed_by then 'F' else '' end`

export const tieColumns = sql`other, upper(friendship_level) as friendship_level, friends_since`

/** With an absent person nobody has any tie: one's own rows about them (a hidden contact) count for nothing meanwhile. */
export function toTie({ other, facts, friendship_level, friends_since }: TieRow): Tie {
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

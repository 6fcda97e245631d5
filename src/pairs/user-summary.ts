import { empty, type Queryable, sql } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'
import { asksForAny } from '../graphql/selections.ts'

/** What a resolver holds of a `User`: the id. Everything else is asked for through loaders. */
export interface Person {
  readonly id: UserId
  /**
   * Set if the list that the person stands in brought it; null for somebody whom the one who asks
   * cannot see.
   */
  readonly summary?: UserSummary | null
}

/** What lists show of a person: the fields `username` and `profile`. */
export interface UserSummary {
  /** Null: has not claimed one. */
  readonly username: string | null
  /** Null: has not written one. */
  readonly profile: Profile | null
}

/** What a person says of themselves. */
export interface Profile {
  readonly displayName: string | null
  readonly avatarUrl: string | null
  readonly bio: string | null
  readonly city: string | null
  readonly region: string | null
  readonly sportPreferences: readonly string[]
}

/** What people show; null for those whom the one who asks cannot see. */
export function userSummaryLoader(from: Queryable) {
  return lookup(from, 'users.summaries', selectUserSummaries)
}

async function selectUserSummaries(
  from: Queryable,
  people: readonly UserId[],
): Promise<Map<UserId, UserSummary | null>> {
  const rows = await from.rows<UserSummaryRow & { person: UserId }>(
    'users.summaries',
    sql`select summary.person, ${userSummaryColumns} from user_summaries(${people}::uuid[]) as summary`,
  )
  return new Map(rows.map((row) => [row.person, toUserSummary(row)]))
}

/** A row of `user_summaries()`; one of an outer join has no `introduced`. */
export interface UserSummaryRow extends Profile {
  readonly username: string | null
  readonly introduced: boolean | null
}

/**
 * The columns of `user_summaries() as summary`, as a `UserSummaryRow` has them. The list comes as
 * JSON, because Node reads it several times faster.
 */
const userSummaryColumns = sql`
  summary.username, summary.introduced, summary.display_name as "displayName", summary.avatar_url as "avatarUrl",
  summary.bio, summary.city, summary.region, array_to_json(summary.sport_preferences) as "sportPreferences"`

/** The summary of a row; null when the one who asks does not see the person. */
function toUserSummary(row: UserSummaryRow): UserSummary | null {
  if (row.introduced === null) return null
  const { username, displayName, avatarUrl, bio, city, region, sportPreferences } = row
  const profile = { displayName, avatarUrl, bio, city, region, sportPreferences }
  return { username, profile: row.introduced ? profile : null }
}

/**
 * For a page of people `with page as materialized (…)`: the columns of their summaries and the join
 * that gives them, in the statement of the page. Empty when no summaries are asked for.
 * @param id the column of the page that has the person's id
 */
export function joinUserSummaries(asked: boolean, id: 'friend' | 'contact') {
  if (!asked) return { columns: empty, join: empty }
  const person = { friend: sql`friend`, contact: sql`contact` }[id]
  return {
    columns: sql`, ${userSummaryColumns}`,
    join: sql`
      left join user_summaries(array(select ${person} from page)) as summary on summary.person = page.${person}`,
  }
}

/** Whether a list is asked for summaries, so that they come in the statement of the list. */
export const asksForUserSummaries = asksForAny(['edges', 'node'], ['username', 'profile'])

/** A person in a list, with the summary if it came with the list. */
export function toPerson(id: UserId, asked: boolean, row: object): Person {
  return asked ? { id, summary: toUserSummary(row as UserSummaryRow) } : { id }
}

import { isAmong, type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'

/** Somebody whom a person may know, and why. */
export interface Suggestion {
  readonly owner: UserId
  readonly candidate: UserId
  readonly score: number
  /** As `mutualFriendCount` counts them, at this moment. */
  readonly friendCount: number
  /** People whom the owner follows and who follow the candidate. */
  readonly followCount: number
  readonly gameCount: number
  readonly sportCount: number
  /** 1 for one city, 0.5 for one region, else 0. */
  readonly placeShare: number
}

/** How many suggestions, and by which weights: games, sports, mutual, place. */
export interface SuggestionQuery {
  readonly most: number
  readonly weights: readonly number[]
  /** Whether the viewer asks for their own; else a service does. */
  readonly own: boolean
}

/**
 * The best suggestions of each person, best first. Somebody to whom nobody is suggested has an
 * empty list; one who does not exist has none.
 */
export async function selectSuggestions(
  from: Queryable,
  people: readonly UserId[],
  { most, weights, own }: SuggestionQuery,
): Promise<Map<UserId, readonly Suggestion[]>> {
  const fill = limits.suggestions.standard
  const found = own
    ? sql`my_suggestions(${weights}::float8[], ${most}::int, ${fill}::int)`
    : sql`suggest_people(person.id, ${weights}::float8[], ${most}::int, ${fill}::int, true)`
  const rows = await from.rows<Suggestion | { owner: UserId; candidate: null }>(
    'suggestions.page',
    sql`
      select person.id as owner, found.candidate, found.score, found.friend_count as "friendCount",
             found.follow_count as "followCount", found.game_count as "gameCount", found.sport_count as "sportCount",
             found.place_share as "placeShare"
        from users as person
        left join lateral ${found} as found on true
       where person.id ${isAmong(people)}
       order by person.id, found.score desc, found.candidate`,
  )
  const lists = new Map<UserId, Suggestion[]>()
  for (const row of rows) {
    const list = lists.get(row.owner) ?? []
    if (row.candidate !== null) list.push(row)
    lists.set(row.owner, list)
  }
  return lists
}

/**
 * Keeps that the viewer does not want to be suggested somebody, from now on for 90 days; false when
 * it is so already. No row comes of somebody whom the viewer may not see. Hold the pair.
 */
export async function upsertDismissal(
  tx: Transaction,
  viewer: UserId,
  other: UserId,
): Promise<boolean> {
  const rows = await tx.rows(
    'suggestions.dismiss',
    sql`
      insert into suggestion_dismissals as kept (user_id, other_user_id, created_at)
      select ${viewer}::uuid, visible.id, statement_timestamp()
        from visible_users(array[${other}::uuid]) as visible (id)
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at
       where kept.created_at <= excluded.created_at - ${days}
   returning 1`,
  )
  return rows.length > 0
}

/**
 * Forgets that the viewer does not want to be suggested somebody; false when that was not so, or no
 * longer counted.
 */
export async function deleteDismissal(
  tx: Transaction,
  viewer: UserId,
  other: UserId,
): Promise<boolean> {
  const rows = await tx.rows<{ counted: boolean }>(
    'suggestions.restore',
    sql`
      delete from suggestion_dismissals
       where user_id = ${viewer}::uuid and other_user_id = ${other}::uuid
   returning created_at > statement_timestamp() - ${days} as counted`,
  )
  return rows.some(({ counted }) => counted)
}

/**
 * Counts that the viewer was shown these people today, each once a day; whether any was counted.
 * People whom the viewer may not see by now are not. In one order, so that two of the viewer's
 * requests do not wait for each other in a circle.
 * @throws a violation of `suggestion_impressions_user_id_fkey` for a viewer who was erased
 */
export async function upsertImpressions(
  tx: Transaction,
  viewer: UserId,
  shown: readonly UserId[],
): Promise<boolean> {
  const rows = await tx.rows(
    'suggestions.shown',
    sql`
      insert into suggestion_impressions as kept (user_id, other_user_id, last_shown_on)
      select ${viewer}::uuid, visible.id, (statement_timestamp() at time zone 'UTC')::date
        from visible_users(${shown}::uuid[]) as visible (id)
       order by visible.id
          on conflict (user_id, other_user_id)
          do update set last_shown_on = excluded.last_shown_on,
                        days = case when kept.last_shown_on > excluded.last_shown_on - ${limits.suggestions.forgottenAfterDays}::int
                                    then kept.days + 1 else 1 end
       where kept.last_shown_on < excluded.last_shown_on
   returning 1`,
  )
  return rows.length > 0
}

/**
 * Removes some of the viewer's dismissals and impressions that count no longer, so that neither
 * list grows without end.
 */
export async function deleteForgotten(tx: Transaction, viewer: UserId): Promise<void> {
  const most = limits.suggestions.sweptAtOnce
  await tx.rows(
    'suggestions.sweep',
    sql`
      with impressions as (
        delete from suggestion_impressions
         where user_id = ${viewer}::uuid and other_user_id in (
               select old.other_user_id from suggestion_impressions as old
                where old.user_id = ${viewer}::uuid
                  and old.last_shown_on <= (statement_timestamp() at time zone 'UTC')::date - ${limits.suggestions.forgottenAfterDays}::int
                limit ${most})
      )
      select forget_old_dismissals(${most}::int)`,
  )
}

/** How long a dismissal counts. */
const days = sql`make_interval(days => ${limits.suggestions.forgottenAfterDays})`

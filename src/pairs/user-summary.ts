import type { UserId } from '../graphql/ids.ts'
import { empty, sql } from '../database/sql.ts'

/** What a person says of themselves. */
export interface Profile {
  readonly displayName: string | null
  readonly avatarUrl: string | null
  readonly bio: string | null
  readonly city: string | null
  readonly region: string | null
  readonly sportPreferences: readonly string[]
}

/** What a person shows to whoever sees them. */
export interface Card {
  /** Null: has not claimed one. */
  readonly username: string | null
  /** Null: has never said anything. */
  readonly profile: Profile | null
}

/** A row of `cards()`; one of an outer join has no `introduced`. */
export interface CardRow extends Profile {
  readonly username: string | null
  readonly introduced: boolean | null
}

/** The columns of `cards() as card`, as a `CardRow` has them. The list as JSON, which Node reads several times faster. */
export const cardColumns = sql`
  card.username, card.introduced, card.display_name as "displayName", card.avatar_url as "avatarUrl", card.bio, card.city,
  card.region, array_to_json(card.sport_preferences) as "sportPreferences"`

/** The card of a row; null when the one who asks does not see the person. */
export function toCard(row: CardRow): Card | null {
  if (row.introduced === null) return null
  const { username, displayName, avatarUrl, bio, city, region, sportPreferences } = row
  const profile = { displayName, avatarUrl, bio, city, region, sportPreferences }
  return { username, profile: row.introduced ? profile : null }
}

/**
 * For a page of people `with page as materialized (…)` who are shown with their cards: the columns, and the join that
 * gives them, in the statement of the page. Nothing when the cards are not asked for.
 * @param id the column of the page that says whose card it is
 */
export function joinCards(asked: boolean, id: 'friend' | 'contact') {
  if (!asked) return { columns: empty, join: empty }
  const person = { friend: sql`friend`, contact: sql`contact` }[id]
  return {
    columns: sql`, ${cardColumns}`,
    join: sql`left join cards(array(select ${person} from page)) as card on card.person = page.${person}`,
  }
}

/** A person in a list, with the card if it came with the list. */
export function toPerson(id: UserId, asked: boolean, row: object) {
  return asked ? { id, card: toCard(row as CardRow) } : { id }
}

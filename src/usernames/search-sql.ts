import type { UserId } from '../base/ids.ts'
import { sql, type Sql } from '../base/sql.ts'

/** What a search looks for: everybody with a name or word that begins with the prefix, and with each of the others. */
export interface Search {
  readonly prefix: string
  readonly others: readonly string[]
}

/** A person whom a search found, and where: those whom the viewer knows first, then by what matched. */
export interface Found {
  readonly person: UserId
  readonly known: boolean
  /** The smallest name or word of theirs that matches. */
  readonly term: string
}

/** Before everybody. */
const start: Found = {
  person: '00000000-0000-0000-0000-000000000000' as Found['person'],
  known: true,
  term: '',
}

/** One page of people, and one more to tell whether more follow. */
export async function selectFound(
  from: Sql,
  { prefix, others }: Search,
  first: number,
  after: Found | null,
): Promise<Found[]> {
  const { known, term, person } = after ?? start
  return from.rows<Found>(
    'usernames.search',
    sql`
      select person, known, term
        from search_people(${prefix}, ${others}::text[], ${first + 1}::int, ${known}, ${term}, ${person}::uuid)
       order by known desc, term, person`,
  )
}

/** How many people the search finds in all. */
export async function countFound(from: Sql, { prefix, others }: Search): Promise<number> {
  const [row] = await from.rows<{ count: number }>(
    'usernames.countFound',
    sql`select count_people(${prefix}, ${others}::text[]) as count`,
  )
  return row?.count ?? 0
}

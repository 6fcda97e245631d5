import { type Queryable, sql } from '../../../database/sql.ts'
import { nobody, type UserId } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'

/**
 * What a search looks for: everybody whose username or a word of whose display name begins with
 * each of these.
 */
export interface Search {
  readonly tokens: readonly Token[]
}

/** One word that is looked for. */
export interface Token {
  /** As usernames have it: with the dashes that it was written with. */
  readonly name: string
  /** As the words of display names have it: between dashes. */
  readonly word: string
}

/**
 * Where a person stands among those found: by rank, then by the name or word that matched, then by
 * id.
 */
export interface Position {
  readonly person: UserId
  /** 0: known to the viewer; 1: the person with exactly this username; 2: everybody else. */
  readonly rank: number
  /** Their smallest name or word that begins with the leading token. */
  readonly term: string
  /** The place of the leading token, from 1. All pages of a search keep to that of the first. */
  readonly leading: number | null
}

/** Before everybody. */
const start: Position = {
  person: nobody,
  rank: 0,
  term: '',
  leading: null,
}

const { scope, mostKnown, fewestLooks, statementMs } = limits.search

/** One page of people, and one more to tell whether more follow. */
export async function selectFound(
  from: Queryable,
  { tokens }: Search,
  first: number,
  after: Position | null,
): Promise<Position[]> {
  const { rank, term, person, leading } = after ?? start
  return from.rows<Position>(
    'usernames.search',
    sql`
      select person, rank, term, led_by as leading
        from search_people(${tokens.map(({ name }) => name)}::text[], ${tokens.map(({ word }) => word)}::text[],
                           ${leading}::int, ${first + 1}::int, ${scope}::int, ${mostKnown}::int, ${fewestLooks}::int,
                           ${rank}::int, ${term}, ${person}::uuid)
       order by rank, term, person`,
    statementMs,
  )
}

/** How many people the pages of the search hold in all. */
export async function countFound(from: Queryable, { tokens }: Search): Promise<number> {
  const { rank, term, person, leading } = start
  const [row] = await from.rows<{ count: number }>(
    'usernames.countFound',
    sql`
      select count(*)::int as count
        from search_people(${tokens.map(({ name }) => name)}::text[], ${tokens.map(({ word }) => word)}::text[],
                           ${leading}::int, null, ${scope}::int, ${mostKnown}::int, ${fewestLooks}::int,
                           ${rank}::int, ${term}, ${person}::uuid)`,
    statementMs,
  )
  return row?.count ?? 0
}

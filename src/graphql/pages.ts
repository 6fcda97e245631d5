import type { Queryable, Statement } from '../database/sql.ts'
import { limits } from '../limits.ts'
import { badUserInput } from './errors.ts'
import type { UserId } from './ids.ts'

/** Rows of one page and whether more follow. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly hasNextPage: boolean
}

/** Stands for the page of a list that is asked how long it is and nothing else. */
export const unreadPage = { rows: [], hasNextPage: false, stop: null } satisfies Page<never> & {
  stop: null
}

/**
 * How many a page holds: 20 unless told, 1 to 100.
 * @throws BAD_USER_INPUT out of that range: a silent other number would hide the caller's mistake
 */
export function pageSize(first: number | null | undefined): number {
  const { standard, most } = limits.page
  if (first == null) return standard
  if (first < 1 || first > most)
    throw badUserInput(`\`first\` must be from 1 to ${most} (got ${first}).`)
  return first
}

/** The rows of a page out of a query that was asked for one row more than the page holds. */
export function cutPage<Row>(rows: readonly Row[], first: number): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first }
}

/**
 * A row of people joined with their lists. Where a list is empty, the key column is null.
 * `Columns` are those that say something of the list as a whole.
 */
export type OwnedRow<Row, Key extends keyof Row, Columns = object> = Columns & {
  readonly owner: UserId
} & (Row | Readonly<Record<Key, null>>)

/**
 * The page of each owner, out of one statement that gives the rows of many in order and of each
 * one row more than the page holds. An owner whose list is empty has an empty page.
 * @param key a column that is null where the list is empty, and only there
 */
export function pagesByOwner<Row, Key extends keyof Row>(
  rows: readonly OwnedRow<Row, Key>[],
  key: Key,
  first: number,
): Map<UserId, Page<Row>> {
  const lists = new Map<UserId, Row[]>()
  for (const row of rows) {
    const list = lists.get(row.owner) ?? []
    if (row[key] !== null) list.push(row as Row)
    lists.set(row.owner, list)
  }
  return new Map([...lists].map(([owner, list]) => [owner, cutPage(list, first)]))
}

/** How many each owner has, by a statement that counts for many. */
export async function selectCounts(
  from: Queryable,
  name: string,
  statement: Statement,
): Promise<Map<UserId, number>> {
  const rows = await from.rows<{ owner: UserId; count: number }>(name, statement)
  return new Map(rows.map(({ owner, count }) => [owner, count]))
}

import type { Queryable } from '../database/sql.ts'
import type { TimePosition } from '../graphql/connections.ts'
import type { UserId } from '../graphql/ids.ts'
import { pages } from '../graphql/loaders.ts'
import type { OwnedRow, Page } from '../graphql/pages.ts'
import { limits } from '../limits.ts'

/** What one look at a list gave. */
export interface Look<Row, Position> {
  /** Those of the candidates that are visible, in order; at most one more than the page holds. */
  rows: Row[]
  /**
   * Where to look on when the candidates were too few to fill the page; null: the page is full, or
   * the list ends.
   */
  stop: Position | null
}

/**
 * A page that may be shorter than it was asked for although more follows: then `stop` is the place
 * to go on from.
 */
interface VisiblePage<Row, Position> extends Page<Row> {
  readonly stop: Position | null
}

/**
 * The look of each owner, out of one statement that gives the rows of many in order.
 * @param key a column that is null where nobody visible was found, and only there
 * @param stopOf reads where to look on, which all rows of an owner say alike
 */
export function looksByOwner<Row, Key extends keyof Row, Columns, Position>(
  rows: readonly OwnedRow<Row, Key, Columns>[],
  key: Key,
  stopOf: (columns: Columns) => Position | null,
): Map<UserId, Look<Row, Position>> {
  const looks = new Map<UserId, Look<Row, Position>>()
  for (const row of rows) {
    const look = looks.get(row.owner) ?? { rows: [], stop: stopOf(row) }
    if (row[key] !== null) look.rows.push(row as Row)
    looks.set(row.owner, look)
  }
  return looks
}

/** The columns that say where a list by time is to be looked on. */
export interface TimeStop {
  readonly stopAt: Date | null
  readonly stopId: string | null
}

export function toTimeStop({ stopAt, stopId }: TimeStop): TimePosition | null {
  return stopAt === null || stopId === null ? null : { at: stopAt.toISOString(), id: stopId }
}

/** A page of a list from which some people are left out, and the place that it begins behind. */
export interface VisiblePageQuery<Position> {
  readonly first: number
  readonly after: Position
}

/**
 * The same page of many lists from which some people are left out, as a loader. The first look
 * takes in twice the page whoever is hidden, so that its time does not tell (rule 0.9). Only where
 * more than half of it is hidden there is a second look, at a bounded number more. What is still
 * not full then is a short page: being hidden from everybody in a list of a million makes no page
 * dear.
 */
export function visiblePages<Query extends VisiblePageQuery<unknown>, Row>(
  from: Queryable,
  name: string,
  look: (
    from: Queryable,
    owners: readonly UserId[],
    query: Query,
    candidates: number,
  ) => Promise<Map<UserId, Look<Row, Query['after']>>>,
) {
  return pages(from, name, async (_, owners: readonly UserId[], query: Query) => {
    const { first } = query
    const found = await look(from, owners, query, 2 * (first + 1))
    const filled = [...found].map(async ([owner, { rows, stop }]) => {
      if (stop === null) return [owner, cut({ rows, stop }, first)] as const
      const further = { ...query, after: stop }
      const next = (await look(from, [owner], further, limits.candidatesAtOnce)).get(owner)
      const all = [...rows, ...(next?.rows ?? [])]
      return [owner, cut({ rows: all, stop: next?.stop ?? null }, first)] as const
    })
    return new Map(await Promise.all(filled))
  })
}

function cut<Row, Position>(
  { rows, stop }: Look<Row, Position>,
  first: number,
): VisiblePage<Row, Position> {
  const isFull = rows.length > first
  return {
    rows: rows.slice(0, first),
    hasNextPage: isFull || stop !== null,
    stop: isFull ? null : stop,
  }
}

import type { UserId } from '../graphql/ids.ts'
import type { TimePosition } from '../graphql/connections.ts'
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

/** Looks at so many candidates of each list, hidden or not, and gives the visible ones. */
type LookAt<Row, Position> = (
  owners: readonly UserId[],
  candidates: number,
  after: Position,
) => Promise<Map<UserId, Look<Row, Position>>>

/**
 * The same page of many lists from which some people are left out. The first look takes in twice
 * the page whoever is hidden, so that its time does not tell (rule 0.9). Only where more than half
 * of it is hidden there is a second look, at a bounded number more. What is still not full then is
 * a short page: being hidden from everybody in a list of a million makes no page dear.
 */
export async function fillPages<Row, Position>(
  owners: readonly UserId[],
  first: number,
  after: Position,
  lookAt: LookAt<Row, Position>,
): Promise<Map<UserId, VisiblePage<Row, Position>>> {
  const found = await lookAt(owners, 2 * (first + 1), after)
  const pages = [...found].map(async ([owner, look]) => {
    if (look.stop === null) return [owner, cut(look, first)] as const
    const next = (await lookAt([owner], limits.candidatesAtOnce, look.stop)).get(owner)
    const rows = [...look.rows, ...(next?.rows ?? [])]
    return [owner, cut({ rows, stop: next?.stop ?? null }, first)] as const
  })
  return new Map(await Promise.all(pages))
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

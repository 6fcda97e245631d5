import type { GraphQLError } from 'graphql'
import { isCanonicalMoment } from './calendar.ts'
import { limits } from '../limits.ts'
import { badUserInput } from './errors.ts'
import { parseId, parseUserId, type UserId } from './ids.ts'

/** What a list was asked for: how many, and after which position (null: from the start). */
export interface PageRequest {
  readonly first: number
  readonly after: string | null
}

/** Rows of one page and whether more follow. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly hasNextPage: boolean
}

/** Stands for the page of a list that is asked how long it is and nothing else. */
export const unreadPage = { rows: [], hasNextPage: false, stop: null } satisfies Page<never> & {
  stop: null
}

/** A Relay connection, forward only; `totalCount` is a question that is put only when the field is asked for. */
export interface Connection<Edge> {
  readonly edges: readonly Edge[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly totalCount: () => Promise<number>
}

/** A page of people about whom the list says nothing more. */
export type PersonConnection = Connection<{
  readonly cursor: string
  readonly node: { readonly id: UserId }
}>

/** Bump it when the meaning of a position changes: older cursors are then refused instead of misread. */
const cursorVersion = 1

/**
 * An opaque place in a list.
 * @param list what it is a place in: the list's name, its owner and its filter, so that it fits nowhere else
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.from(JSON.stringify([cursorVersion, list, position])).toString('base64url')
}

/**
 * The position in a cursor that `encodeCursor` made for the same list. The cursor is written again and compared, so no other
 * version, list or spelling passes. What the position says is for the list to check.
 * @throws BAD_USER_INPUT for any other text: a bad cursor must never be a silent first page
 */
export function decodeCursor(list: string, cursor: string): string {
  const position = positionIn(cursor)
  if (position === null || encodeCursor(list, position) !== cursor) throw badCursor()
  return position
}

function positionIn(cursor: string): string | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) && typeof parts[2] === 'string' ? parts[2] : null
  } catch {
    // Not JSON inside: as bad as any other cursor that is not ours.
    return null
  }
}

/** The one answer to every cursor that a list did not give: top-level `BAD_USER_INPUT`. */
export function badCursor(): GraphQLError {
  return badUserInput(
    '`after` is not a cursor of this list. Pass an `endCursor` that this same list gave you.',
  )
}

/** Where a list that is ordered by time, then id, goes on: after this moment and, within it, this id. */
export interface TimePosition {
  /** ISO 8601, in UTC. */
  readonly at: string
  readonly id: string
}

/** Before everything in a list that is ordered newest first. The bounds are values, so that they stay an index condition. */
export const newest: TimePosition = { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }

export function encodeTimeCursor(list: string, at: Date, id: string): string {
  return encodeCursor(list, `${at.toISOString()}|${id}`)
}

/** The cursor of a place that is nobody's; null for none. */
export function encodeTimeStop(list: string, stop: TimePosition | null): string | null {
  return stop === null ? null : encodeCursor(list, `${stop.at}|${stop.id}`)
}

/** @throws BAD_USER_INPUT for any text that `encodeTimeCursor` did not make for the same list */
export function decodeTimeCursor(list: string, cursor: string | null | undefined): TimePosition {
  if (cursor == null) return newest
  const [at = '', id = '', ...more] = decodeCursor(list, cursor).split('|')
  if (more.length > 0 || !isTimePosition(at, id)) throw badCursor()
  return { at, id }
}

/** Whether the two parts of a position are written as we write them: anything else could fail in the database. */
export function isTimePosition(at: string, id: string): boolean {
  return isCanonicalMoment(at) && parseId(id) === id
}

/** Where a list that is ordered by id goes on: after this one; from the start without a cursor. @throws as `decodeCursor` */
export function decodeIdCursor(list: string, cursor: string | null | undefined): UserId | null {
  if (cursor == null) return null
  const position = decodeCursor(list, cursor)
  const id = parseUserId(position)
  if (id !== position) throw badCursor()
  return id
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

/** By a class: an object with a getter of its own is slow to make. */
class WithCursor {
  readonly #write: () => string

  constructor(write: () => string) {
    this.#write = write
  }

  get cursor(): string {
    return this.#write()
  }
}

/** An edge with a cursor that is written when it is asked for. */
export function toEdge<Fields extends object>(
  fields: Fields,
  cursor: () => string,
): Fields & { readonly cursor: string } {
  return Object.assign(new WithCursor(cursor), fields)
}

/**
 * The connection of a page whose edges carry their cursors.
 * @param stop where to go on, when that is not after the last edge
 */
export function toConnection<Edge extends { readonly cursor: string }>(
  edges: readonly Edge[],
  request: PageRequest,
  hasNextPage: boolean,
  totalCount: () => Promise<number>,
  stop: string | null = null,
): Connection<Edge> {
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: request.after !== null,
      get startCursor() {
        return edges[0]?.cursor ?? null
      },
      get endCursor() {
        return stop ?? edges.at(-1)?.cursor ?? null
      },
    },
    totalCount,
  }
}

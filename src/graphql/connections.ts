import type { GraphQLError } from 'graphql'
import { isCanonicalMoment } from './calendar.ts'
import { badUserInput } from './errors.ts'
import { parseId, parseUserId, type UserId } from './ids.ts'
import type { Page } from './pages.ts'
import { type Asked, asksForCount } from './selections.ts'

/**
 * A Relay connection, forward only; `totalCount` is a question that is put only when the field is
 * asked for.
 */
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

/**
 * Bump it when the meaning of a position changes: older cursors are then refused instead of
 * misread.
 */
const cursorVersion = 1

/**
 * What a cursor is a place in, whoever reads it. A cursor of one scope fits no other.
 * @param list the name of the list
 * @param rest whose list it is, and what it is filtered and ordered by
 */
export function cursorScope(list: string, ...rest: readonly string[]): string {
  return [list, ...rest].join(':')
}

/** An opaque place in a list. */
export function encodeCursor(scope: string, position: string): string {
  return Buffer.from(JSON.stringify([cursorVersion, scope, position])).toString('base64url')
}

/**
 * The position in a cursor that `encodeCursor` made for the same list. The cursor is written again
 * and compared, so no other version, list or spelling passes. What the position says is for the
 * list to check.
 * @throws BAD_USER_INPUT for any other text: a bad cursor must never be a silent first page
 */
export function decodeCursor(scope: string, cursor: string): string {
  const position = positionIn(cursor)
  if (position === null || encodeCursor(scope, position) !== cursor) throw badCursor()
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

/**
 * Where a list that is ordered by time, then id, goes on: after this moment and, within it, this
 * id.
 */
export interface TimePosition {
  /** ISO 8601, in UTC. */
  readonly at: string
  readonly id: string
}

/**
 * Before everything in a list that is ordered newest first. The bounds are values, so that they
 * stay an index condition.
 */
export const newest: TimePosition = { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }

export function encodeTimeCursor(scope: string, at: Date, id: string): string {
  return encodeCursor(scope, `${at.toISOString()}|${id}`)
}

/** The cursor of a place that is nobody's; null for none. */
export function encodeTimeStop(scope: string, stop: TimePosition | null): string | null {
  return stop === null ? null : encodeCursor(scope, `${stop.at}|${stop.id}`)
}

/** @throws BAD_USER_INPUT for any text that `encodeTimeCursor` did not make for the same list */
export function decodeTimeCursor(scope: string, cursor: string | null | undefined): TimePosition {
  if (cursor == null) return newest
  const [at = '', id = '', ...more] = decodeCursor(scope, cursor).split('|')
  if (more.length > 0 || !isTimePosition(at, id)) throw badCursor()
  return { at, id }
}

/**
 * Whether the two parts of a position are written as we write them: anything else could fail in the
 * database.
 */
export function isTimePosition(at: string, id: string): boolean {
  return isCanonicalMoment(at) && parseId(id) === id
}

/**
 * Where a list that is ordered by id goes on: after this one; from the start without a cursor.
 * @throws as `decodeCursor`
 */
export function decodeIdCursor(scope: string, cursor: string | null | undefined): UserId | null {
  if (cursor == null) return null
  const position = decodeCursor(scope, cursor)
  const id = parseUserId(position)
  if (id !== position) throw badCursor()
  return id
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
 * The count of a list, for `toConnection`; call it before the page is asked for. A count that the
 * selection has is asked in the same moment as the page, behind it, so that both travel in one
 * message. Any other is asked only when the field is resolved.
 */
export function countBeside(info: Asked, count: () => Promise<number>): () => Promise<number> {
  if (!asksForCount(info)) return count
  const counted = Promise.resolve().then(count)
  // A failure is told by the field, and without a page there is none.
  counted.catch(() => undefined)
  return () => counted
}

/**
 * The connection of a page.
 * @param edgeOf makes the edge of a row, with its cursor
 * @param after the cursor that the page was asked for with, if any
 * @param stop where to go on, when that is not after the last edge
 */
export function toConnection<Row, Edge extends { readonly cursor: string }>(
  { rows, hasNextPage }: Page<Row>,
  edgeOf: (row: Row) => Edge,
  after: string | null | undefined,
  totalCount: () => Promise<number>,
  stop: string | null = null,
): Connection<Edge> {
  const edges = rows.map((row) => edgeOf(row))
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: after != null,
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

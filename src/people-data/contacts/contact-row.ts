import type { UserId } from '../../graphql/ids.ts'
import { parseOldId } from './old-ids.ts'
import type { SourceRow } from './source.ts'

/** A contact of the old service. Times are milliseconds since 1970, as there. */
export interface OldContact {
  readonly owner: UserId
  readonly contact: UserId
  readonly createdAt: number
  readonly updatedAt: number
  /**
   * Whether it said to have been updated before it was added; it is then taken as updated when it
   * was added.
   */
  readonly mended: boolean
}

/** Why a row cannot become a contact, in the order in which it is looked for. */
export const rejections = [
  'malformed id',
  'malformed time',
  'self',
  'unknown owner',
  'unknown contact',
] as const

export type Rejection = (typeof rejections)[number]

/** Years 1970 to 9999: what lies outside is not milliseconds, but microseconds or nothing. */
const latest = Date.UTC(10_000, 0) - 1

/**
 * Reads one row; a text instead of a contact is the reason why it is none. Who is known is for the
 * database to say.
 */
export function readRow(row: SourceRow): OldContact | Rejection {
  const [owner, contact] = [row.owner, row.contact].map((text) => text && parseOldId(text))
  if (!owner || !contact) return 'malformed id'
  const [createdAt, updatedAt] = [row.createdAt, row.updatedAt].map(readTime)
  if (createdAt == null || updatedAt == null) return 'malformed time'
  if (owner === contact) return 'self'
  const mended = updatedAt < createdAt
  return { owner, contact, createdAt, updatedAt: mended ? createdAt : updatedAt, mended }
}

function readTime(text: string | null): number | null {
  // SQLite may have made a real of it.
  if (text === null || !/^\d{1,15}(\.0+)?$/.test(text)) return null
  const time = Number(text)
  return time <= latest ? time : null
}

const year2001 = Date.UTC(2001, 0)

/**
 * Whether a time of it is from 2001 or later, as seconds that are taken for milliseconds never are.
 */
export function isSince2001({ createdAt, updatedAt }: OldContact): boolean {
  return Math.max(createdAt, updatedAt) >= year2001
}

/**
 * What to say of a source in which so many rows have times, and so many of them times since 2001;
 * null for nothing.
 */
export function warnOfTimes(timed: number, since2001: number): string | null {
  if (timed === 0 || since2001 > 0) return null
  return (
    'Warning: every time in the source is before 2001, so they are probably seconds. They are read as milliseconds since 1970.\n' +
    'Fix: pass --table a view that multiplies created_at and updated_at by 1000.'
  )
}

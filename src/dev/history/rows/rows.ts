import type { Member } from '../member.ts'
import { dayMs, type Span } from '../span.ts'

export type Row = Readonly<Record<string, unknown>>

/** A table, and the rows that the history has for it: all of one table have the same columns. */
export interface TableRows {
  readonly table: string
  readonly rows: readonly Row[]
}

/** Puts the times of a history into the calendar. */
export interface Calendar {
  readonly moment: (at: number) => string
  readonly maybe: (at: number | null) => string | null
  /** A day of the history, counted from its first. */
  readonly date: (day: number) => string
}

/** @param today the day after the last one, in UTC */
export function calendarOf(span: Span, today: Date): Calendar {
  const begin = today.getTime() - span.end
  const moment = (at: number) => new Date(begin + at).toISOString()
  return {
    moment,
    maybe: (at) => (at === null ? null : moment(at)),
    date: (day) => moment(day * dayMs).slice(0, 10),
  }
}

export function idOf({ traits }: Member): string {
  return traits.id
}

/** A row for each of the values that each member has. */
export function rowsOf<Value>(
  members: readonly Member[],
  valuesOf: (member: Member) => Iterable<Value>,
  toRow: (id: string, value: Value) => Row,
): Row[] {
  return members.flatMap((member) =>
    Array.from(valuesOf(member), (value) => toRow(idOf(member), value)),
  )
}

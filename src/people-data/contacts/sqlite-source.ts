import { resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setImmediate as otherWork } from 'node:timers/promises'
import { UserFacingError } from '../../user-facing-error.ts'
import {
  type ContactSource,
  type Position,
  quoteTable,
  type SourcePage,
  type SourceRow,
} from './source.ts'

/**
 * Ids that are not plain text: of another type, or with characters that do not survive the way into
 * a position and back. SQLite lets any column hold anything.
 */
const odd = (column: string) =>
  `(typeof(${column}) <> 'text' or length(${column}) <> length(cast(${column} as blob)) or ${column} glob '*[^ -~]*')`
const hasNoPlace = `(${odd('owner_user_id')} or ${odd('contact_user_id')})`
const hasPlace = `not ${hasNoPlace}`
const after = '(owner_user_id, contact_user_id) > (?, ?)'
const order = 'order by owner_user_id, contact_user_id'
/** Rows of one pair have an order too, so that a batch that is taken again counts them alike. */
const wholeOrder = `${order}, created_at, updated_at`

/** What is not text is shown as SQLite would write it in SQL. */
const id = (column: string) =>
  `case typeof(${column}) when 'text' then ${column} when 'null' then null else quote(${column}) end`
/** As text, for a number of SQLite may be too large for one of JavaScript. */
const columns = `
  ${id('owner_user_id')} as owner, ${id('contact_user_id')} as contact,
  cast(created_at as text) as "createdAt", cast(updated_at as text) as "updatedAt"`

/** A SQLite file, opened for reading alone. @throws UserFacingError as `openSource` */
export function openSqliteSource(file: string, table: string): ContactSource {
  const path = resolve(file)
  const name = `sqlite:${path}#${table}`
  const from = `from ${quoteTable(table)}`
  const database = open(path, name)
  const ask = (sql: string, ...values: SQLInputValue[]): SourceRow[] =>
    database.prepare(sql).all(...values) as unknown as SourceRow[]
  try {
    ask(`select ${columns} ${from} limit 0`)
  } catch (error) {
    database.close()
    throw new UserFacingError(`${name} cannot be read: ${(error as Error).message}`)
  }

  const page = (position: Position | null, size: number): SourcePage => {
    const start = position === null ? [] : [position.owner, position.contact]
    const here = `${hasPlace} ${position === null ? '' : `and ${after}`}`
    const [end] = ask(
      `select ${columns} ${from} where ${here} ${order} limit 1 offset ?`,
      ...start,
      size - 1,
    )
    const next = end === undefined ? null : asPosition(end)
    const stop = next === null ? '' : `and (owner_user_id, contact_user_id) <= (?, ?)`
    const rows = ask(
      `select ${columns} ${from} where ${here} ${stop} ${wholeOrder}`,
      ...start,
      ...(next === null ? [] : [next.owner, next.contact]),
    )
    const first = position === null ? ask(`select ${columns} ${from} where ${hasNoPlace}`) : []
    return { rows: [...first, ...rows], next }
  }

  return {
    name,
    count: () => {
      const row = database.prepare(`select count(*) as count ${from}`).get()
      return Promise.resolve(Number(row?.['count']))
    },
    page: (position, size) => Promise.resolve(page(position, size)),
    rows: async function* () {
      let read = 0
      for (const row of database.prepare(`select ${columns} ${from}`).iterate()) {
        // SQLite never waits, so without this nothing else would have its turn: no signal, no
        // timer.
        if (++read % 5_000 === 0) await otherWork()
        yield row as unknown as SourceRow
      }
    },
    lookUp: ({ owner, contact }) =>
      Promise.resolve(
        ask(
          `select ${columns} ${from} where owner_user_id = ? and contact_user_id = ?`,
          owner,
          contact,
        ),
      ),
    close: () => {
      database.close()
      return Promise.resolve()
    },
  }
}

function open(path: string, name: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  } catch (error) {
    throw new UserFacingError(`${name} cannot be opened: ${(error as Error).message}`)
  }
}

function asPosition({ owner, contact }: SourceRow): Position {
  if (owner === null || contact === null) throw new Error('A row with a place had no ids.')
  return { owner, contact }
}

import pg from 'pg'
import { isPasswordMissing } from '../../database/client.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import {
  type ContactSource,
  type Position,
  quoteTable,
  type SourcePage,
  type SourceRow,
} from './source.ts'

const columns = `
  owner_user_id::text as owner, contact_user_id::text as contact,
  created_at::text as "createdAt", updated_at::text as "updatedAt"`
const hasNoPlace = '(owner_user_id is null or contact_user_id is null)'
const order = 'order by owner_user_id, contact_user_id'
/** Rows of one pair have an order too, so that a batch that is taken again counts them alike. */
const wholeOrder = `${order}, created_at, updated_at`

/** Rows that are in memory at a time while all of them are read. */
const fetched = 5_000

/**
 * A Postgres table, read through one connection of our own; nothing is written, and the session
 * says so to Postgres.
 * @throws UserFacingError as `openSource`
 */
export async function openPostgresSource(url: string, table: string): Promise<ContactSource> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'connections contacts',
    connectionTimeoutMillis: 5_000,
    options: '-c default_transaction_read_only=on',
  })
  // Unheard, a connection that breaks would end the process; the statement that waits fails, and
  // that is enough said.
  client.on('error', () => undefined)
  const name = `postgres://${client.host}:${client.port}/${client.database ?? ''}#${table}`
  const from = `from ${quoteTable(table)}`
  const ask = async (sql: string, values: unknown[] = []): Promise<SourceRow[]> =>
    (await client.query<SourceRow>(sql, values)).rows
  try {
    await client.connect()
    await ask(`select ${columns} ${from} limit 0`)
  } catch (error) {
    await client.end().catch(() => undefined)
    const reason = isPasswordMissing(error as Error)
      ? 'it requires a password, and the URL has none'
      : (error as Error).message
    throw new UserFacingError(`${name} cannot be read: ${reason}`)
  }

  const page = async (position: Position | null, size: number): Promise<SourcePage> => {
    const start = position === null ? [] : [position.owner, position.contact]
    const here = position === null ? 'true' : '(owner_user_id, contact_user_id) > ($1, $2)'
    const [end] = await ask(
      `select ${columns} ${from} where ${here} and not ${hasNoPlace} ${order} limit 1 offset ${size - 1}`,
      start,
    )
    const next = end === undefined ? null : asPosition(end)
    const stop = `(owner_user_id, contact_user_id) <= ($${start.length + 1}, $${start.length + 2})`
    const rows = await ask(
      `select ${columns} ${from} where ${here} and not ${hasNoPlace} ${next === null ? '' : `and ${stop}`} ${wholeOrder}`,
      [...start, ...(next === null ? [] : [next.owner, next.contact])],
    )
    const first =
      position === null ? await ask(`select ${columns} ${from} where ${hasNoPlace}`) : []
    return { rows: [...first, ...rows], next }
  }

  return {
    name,
    count: async () => {
      const { rows } = await client.query<{ count: string }>(`select count(*) ${from}`)
      return Number(rows[0]?.count)
    },
    page,
    rows: () => everyRow(client, `select ${columns} ${from}`),
    lookUp: ({ owner, contact }) =>
      ask(`select ${columns} ${from} where owner_user_id = $1 and contact_user_id = $2`, [
        owner,
        contact,
      ]),
    close: () => client.end(),
  }
}

/** Through a cursor: Postgres keeps the rest. */
async function* everyRow(client: pg.Client, sql: string): AsyncGenerator<SourceRow> {
  await client.query('begin transaction isolation level repeatable read, read only')
  try {
    await client.query(`declare contacts no scroll cursor for ${sql}`)
    for (;;) {
      const { rows } = await client.query<SourceRow>(`fetch ${fetched} from contacts`)
      if (rows.length === 0) return
      yield* rows
    }
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

function asPosition({ owner, contact }: SourceRow): Position {
  if (owner === null || contact === null) throw new Error('A row with a place had no ids.')
  return { owner, contact }
}

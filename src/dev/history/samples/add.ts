import pg from 'pg'
import { databaseOf } from '../../database.ts'
import type { History } from '../history.ts'
import type { TableRows } from '../rows/rows.ts'
import { invent } from '../write.ts'
import { gamesRows } from './games.ts'
import { inboxRows } from './inbox.ts'

/**
 * Adds the history to the databases of games and notifications, where it is not there yet. Nobody
 * is told of it: connections has it already.
 * @param superuserUrl of the server's maintenance database
 * @param history null: it was added to connections before, and is invented again when it is needed
 * @param signal ends it in the middle, with nothing written
 * @param databases their names
 */
export async function addSampleHistory(
  superuserUrl: string,
  history: History | null,
  signal: AbortSignal,
  databases: Readonly<Record<Sample, string>> = { games: 'games', notifications: 'notifications' },
): Promise<void> {
  let invented = history
  for (const [sample, rowsOf] of Object.entries(samples) as [Sample, RowsOf][]) {
    const connectionString = databaseOf(superuserUrl, databases[sample])
    const client = new pg.Client({ connectionString })
    await client.connect()
    try {
      if (await hasHistory(client, sample)) continue
      invented ??= await invent({ signal })
      signal.throwIfAborted()
      await writeSample(client, rowsOf(invented))
    } finally {
      await client.end()
    }
  }
}

type RowsOf = (history: History) => TableRows[]

/** By the table that remembers, in its comment, that it has the history. */
const samples = { games: gamesRows, notifications: inboxRows } satisfies Record<string, RowsOf>

type Sample = keyof typeof samples

const remembered = 'The history is here.'

async function hasHistory(client: pg.Client, table: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select where obj_description(to_regclass($1), 'pg_class') = $2`,
    [table, remembered],
  )
  return rowCount === 1
}

/** In one transaction, without the triggers that tell other services. */
async function writeSample(client: pg.Client, tables: readonly TableRows[]): Promise<void> {
  await client.query('begin')
  try {
    for (const { table, rows } of tables) {
      const columns = Object.keys(rows[0] ?? {}).join(', ')
      await client.query(`alter table ${table} disable trigger user`)
      await client.query(
        `insert into ${table} (${columns})
         select ${columns} from json_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      )
      await client.query(`alter table ${table} enable trigger user`)
    }
    await client.query(`comment on table ${tables[0]?.table ?? ''} is '${remembered}'`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
  await client.query('analyze')
}

import pg from 'pg'

/** Known to everybody, like all secrets of the dev stack. */
const developmentPassword = 'neighbour'

/** A sample subgraph's way to its own database. */
export interface Store {
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/**
 * Opens the database of a sample subgraph, on the dev stack's Postgres and with a role of its own.
 * Made when missing, with its tables and first rows in one transaction; what is there already is
 * left as it is.
 * @param superuserUrl of the server's maintenance database
 * @param name of the database and of its role
 * @param firstTable there when all of it is
 */
export async function openStore(
  superuserUrl: string,
  name: string,
  firstTable: string,
  making: string,
): Promise<Store> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    await makeDatabase(admin, name)
  } finally {
    await admin.end()
  }
  const pool = new pg.Pool({ connectionString: storeUrl(superuserUrl, name), max: 4 })
  // A connection that breaks while nobody uses it is replaced when somebody does.
  pool.on('error', () => undefined)
  await makeTables(pool, firstTable, making)
  return {
    rows: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    close: () => pool.end(),
  }
}

async function makeDatabase(admin: pg.Client, name: string): Promise<void> {
  const id = pg.escapeIdentifier(name)
  const role = await admin.query('select from pg_roles where rolname = $1', [name])
  if (role.rowCount === 0)
    await admin.query(`create role ${id} login password '${developmentPassword}'`)
  const database = await admin.query('select from pg_database where datname = $1', [name])
  if (database.rowCount === 0) await admin.query(`create database ${id} owner ${id}`)
}

async function makeTables(pool: pg.Pool, firstTable: string, making: string): Promise<void> {
  const { rows } = await pool.query<{ made: boolean }>(
    'select to_regclass($1) is not null as made',
    [firstTable],
  )
  // Several statements in one message are one transaction.
  if (rows[0]?.made !== true) await pool.query(making)
}

function storeUrl(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl)
  url.username = name
  url.password = developmentPassword
  url.pathname = `/${name}`
  return url.href
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type DatabaseUrls, dropDatabase, prepareDatabase } from '../../src/dev/database.ts'
import type { RunningPostgres } from '../../src/dev/postgres.ts'
import { offeredToPostGraphile } from './systems/postgraphile-views.ts'
import { usualRole } from './systems/usual-role.ts'

/** How large the measured data set is. */
export interface Size {
  readonly users: number
  readonly friends: number
  /** Of the one whom everybody follows. */
  readonly followers: number
}

export interface Dataset extends DatabaseUrls {
  readonly size: Size
  /** The same database past all row security: for filling, looking and tidying up. */
  readonly adminUrl: string
}

/** What the systems are compared on. */
const comparison = 'dataset.sql'

/**
 * Builds the data set in a database of its own, or finds the one of an earlier run with the same
 * parameters and tables.
 * @param file what fills it; the one for the comparison is offered to PostGraphile too
 * @param without indexes that nothing of what is measured reads, to save the disk
 */
export async function openDataset(
  postgres: Pick<RunningPostgres, 'superuserUrl'>,
  size: Size,
  say: (line: string) => void,
  file = comparison,
  without: readonly string[] = [],
): Promise<Dataset> {
  const statements = await readFile(join(import.meta.dirname, file), 'utf8')
  const key = createHash('sha256')
    .update(JSON.stringify([size, statements]))
    .digest('hex')
  const name = `bench_${size.users}_${key.slice(0, 8)}`
  const adminUrl = new URL(postgres.superuserUrl)
  adminUrl.pathname = `/${name}`
  const prepare = async () => ({
    ...(await prepareDatabase(postgres.superuserUrl, name)),
    size,
    adminUrl: adminUrl.href,
  })
  let dataset = await prepare()
  if ((await stateOf(dataset)) === 'half') {
    await dropDatabase(postgres.superuserUrl, name)
    dataset = await prepare()
  }
  const isEmpty = (await stateOf(dataset)) === 'empty'
  await asAdmin(dataset, async (admin) => {
    if (isEmpty) await fill(admin, statements, size, say, without)
    if (file === comparison) await admin.query(offeredToPostGraphile)
    await admin.query(usualRole)
    await admin.query('create extension if not exists pg_stat_statements')
  })
  return dataset
}

/** Half: an earlier run was stopped while it filled. */
async function stateOf(dataset: Dataset): Promise<'empty' | 'half' | 'complete'> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ begun: boolean; done: boolean }>(
      `select to_regnamespace('bench') is not null as begun, to_regclass('bench.complete') is not null as done`,
    )
    if (rows[0]?.done === true) return 'complete'
    return rows[0]?.begun === true ? 'half' : 'empty'
  })
}

async function fill(
  admin: pg.Client,
  statements: string,
  size: Size,
  say: (line: string) => void,
  without: readonly string[],
) {
  say(`Filling ${size.users} people; the next run with the same parameters finds them.`)
  const begun = performance.now()
  const filled = Object.entries(size).reduce(
    (text, [name, value]) => text.replaceAll(`:${name}`, String(value)),
    statements,
  )
  // Indexes are built after the rows, one by one: row by row the large set would take hours.
  await admin.query(
    `set session_replication_role = replica; set maintenance_work_mem = '1GB'; set work_mem = '512MB'`,
  )
  const indexes = (await withoutIndexes(admin)).filter(
    (definition) => !without.some((name) => definition.includes(` ${name} `)),
  )
  for (const statement of filled.split(/;\n\n/)) {
    await admin.query(statement)
    say(
      `  ${elapsed(begun)}  ${
        statement
          .replace(/--.*\n/g, '')
          .trim()
          .split('\n')[0] ?? ''
      }`,
    )
  }
  for (const definition of indexes) {
    await admin.query(definition)
    say(`  ${elapsed(begun)}  ${definition.slice(0, 90)}`)
  }
  await admin.query('set session_replication_role = origin')
  await admin.query('vacuum (analyze)')
  await admin.query('create table bench.complete as select now() as at')
  await admin.query('checkpoint')
  say(`  ${elapsed(begun)}  done`)
}

/**
 * Takes the keys and indexes of the large tables away, and gives the statements that make them
 * again, in order.
 */
async function withoutIndexes(admin: pg.Client): Promise<string[]> {
  const large = `('user_friends', 'user_follows', 'user_contacts', 'game_participations')`
  const keys = await admin.query<{ name: string; table: string; definition: string }>(
    `select conname as name, relname as table, pg_get_constraintdef(c.oid) as definition
       from pg_constraint as c join pg_class on pg_class.oid = conrelid
      where relname in ${large} and contype in ('p', 'u', 'f') order by contype, conname`,
  )
  for (const { table, name } of keys.rows)
    await admin.query(`alter table ${table} drop constraint ${name}`)
  const indexes = await admin.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where schemaname = 'public' and tablename in ${large}`,
  )
  for (const { name } of indexes.rows) await admin.query(`drop index ${name}`)
  const add = ({ table, name, definition }: (typeof keys.rows)[number]) =>
    `alter table ${table} add constraint ${name} ${definition}`
  return [
    ...indexes.rows.map(({ definition }) => definition),
    // Keys of their own before those that point at them.
    ...keys.rows.filter(({ definition }) => !definition.startsWith('FOREIGN')).map(add),
    // Not looked over again: the statements add both sides of a friendship, and people before ties.
    ...keys.rows
      .filter(({ definition }) => definition.startsWith('FOREIGN'))
      .map((key) => `${add(key)} not valid`),
  ]
}

const elapsed = (begun: number) =>
  `${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s`

/** Asks a data set as superuser. */
export async function asAdmin<T>(
  { adminUrl }: Pick<Dataset, 'adminUrl'>,
  work: (admin: pg.Client) => Promise<T>,
): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { dropDatabase } from '../../src/dev/database.ts'
import type { Reject } from '../../src/people-data/contacts/batch.ts'
import type { Imported } from '../../src/people-data/contacts/import.ts'
import { type Ran, runHere } from './command-line.ts'
import type { Person, TestService } from './test-service.ts'

/** A row of the old service's `user_contacts`, as it lies there. */
export type OldRow = readonly [
  owner: string | null,
  contact: string | null,
  createdAt: number | string | null,
  updatedAt: number | string | null,
]

/** Of the test file that runs: where its sources are, and the databases that are some. */
let folder = ''
let databases: string[] = []

/** A place for the sources and other files of one test file; all of it is gone after the file. */
export function openFolder(): string {
  const opened = mkdtempSync(join(tmpdir(), 'connections-old-'))
  folder = opened
  databases = []
  afterAll(async () => {
    rmSync(opened, { recursive: true })
    for (const name of databases) await dropDatabase(inject('postgres').superuserUrl, name)
  })
  return opened
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A UUID as the old service wrote it: base32 of its 16 bytes, without padding. */
export function oldId(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`) << 2n
  let text = ''
  for (; text.length < 26; bits >>= 5n) text = `${alphabet[Number(bits & 31n)] ?? ''}${text}`
  return text
}

/** The old database, as what `--from` is given. */
export type MakeSource = (rows: readonly OldRow[]) => Promise<string>

/**
 * A SQLite file whose columns take anything, and make an integer of it where they can; without a
 * key.
 */
export function sqliteSource(rows: readonly OldRow[]): Promise<string> {
  const file = join(folder, `${randomUUID()}.sqlite`)
  const database = new DatabaseSync(file)
  database.exec(
    'create table user_contacts (owner_user_id, contact_user_id, created_at integer, updated_at integer); begin',
  )
  const insert = database.prepare('insert into user_contacts values (?, ?, ?, ?)')
  for (const row of rows) insert.run(...row)
  database.exec('commit')
  database.close()
  return Promise.resolve(`sqlite:${file}`)
}

/**
 * A database of its own on the cluster of this run, without a key; times are text, so that they can
 * be malformed.
 */
export async function postgresSource(rows: readonly OldRow[]): Promise<string> {
  const { superuserUrl } = inject('postgres')
  const name = `old_${randomUUID()}`
  await sendTo(superuserUrl, `create database "${name}"`)
  databases.push(name)
  const url = Object.assign(new URL(superuserUrl), { pathname: `/${name}` }).href
  await sendTo(
    url,
    'create table user_contacts (owner_user_id text, contact_user_id text, created_at text, updated_at text)',
  )
  await sendTo(
    url,
    'insert into user_contacts select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])',
    [0, 1, 2, 3].map((column) => rows.map((row) => row[column] ?? null)),
  )
  return url
}

/** Sends one statement on a connection of its own. */
export async function sendTo(url: string, sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql, values).finally(() => client.end())
}

export const sources: Record<string, MakeSource> = {
  'a SQLite file': sqliteSource,
  'a Postgres database': postgresSource,
}

/** What a command printed, and its exit code. */
/** Runs `connections contacts …` on the database of this app. */
export function contacts(app: Pick<TestService, 'database'>, ...words: string[]): Promise<Ran> {
  return runHere(['contacts', ...words], { DATABASE_URL: app.database.loginUrl })
}

/** Imports a source, with a rejects file of its own, and gives the report with the rejects. */
export async function importFrom(
  app: Pick<TestService, 'database'>,
  from: string,
  ...words: string[]
): Promise<Imported & { rejects: Reject[] }> {
  const rejectsFile = join(folder, `${randomUUID()}.ndjson`)
  const ran = await contacts(
    app,
    'import',
    ...['--from', from, '--rejects', rejectsFile, '--json'],
    ...words,
  )
  if (ran.code !== 0) throw new Error(ran.errors)
  return { ...(JSON.parse(ran.output) as Imported), rejects: readRejects(rejectsFile) }
}

export function readRejects(file: string): Reject[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Reject)
}

/** Every contact that is in the database, as text: two ids, two times, whether it was imported. */
export async function everyContact(app: Pick<TestService, 'admin'>): Promise<unknown[]> {
  const { rows } = await app.admin.query(
    `select owner_user_id as owner, contact_user_id as contact, created_at as "addedAt", updated_at as "updatedAt", imported
       from user_contacts
      order by 1, 2`,
  )
  return rows
}

/** A moment of the old days, so many minutes in, in milliseconds. */
export const minute = (minutes: number) => Date.UTC(2024, 1, 29, 12) + minutes * 60_000

/** Some hundreds of rows of every kind, about these people. */
export function everyKindOfRow(people: readonly Person[]): OldRow[] {
  const writings = [
    oldId,
    (id: string) => oldId(id).toLowerCase(),
    String,
    (id: string) => ` ${id.toUpperCase()} `,
  ]
  const write = (id: string, way: number) => (writings[way % writings.length] ?? String)(id)
  const rows: OldRow[] = []
  people.forEach(({ id: owner }, one) => {
    people.forEach(({ id: contact }, other) => {
      const at = minute(one * 100 + other) + 7
      const way = one * 7 + other
      if (one === other) rows.push([write(owner, way), write(owner, way + 1), at, at])
      else if (way % 5 === 0) rows.push([write(owner, way), write(contact, way), at, at - 1_000])
      else rows.push([write(owner, way), write(contact, other), at, at + 60_000])
      // The same pair once more, written in another way, added earlier and updated later.
      if (way % 4 === 1)
        rows.push([write(owner, way + 1), write(contact, way), at - 500, at + 90_000])
      if (way % 11 === 2) rows.push([write(owner, way), write(contact, other), at, at + 60_000])
    })
  })
  const [first = '', second = ''] = people.map(({ id }) => id)
  return [
    ...rows,
    [randomUUID(), first, minute(0), minute(1)],
    [oldId(first), oldId(randomUUID()), minute(0), minute(1)],
    [null, first, minute(0), minute(1)],
    [first, null, minute(0), minute(1)],
    ['', first, minute(0), minute(1)],
    ['dave', first, minute(0), minute(1)],
    [`${oldId(first).slice(0, 25)}B`, first, minute(0), minute(1)],
    [first, oldId(second).slice(1), minute(0), minute(1)],
    [first, 'ünïcode', minute(0), minute(1)],
    [second, first, 'yesterday', minute(1)],
    [second, first, minute(0), null],
    [second, first, minute(0) * 1_000, minute(1) * 1_000],
    [second, first, '-1', minute(1)],
  ]
}

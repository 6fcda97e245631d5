import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { migrationNames } from '../../src/database/migration-files.ts'
import { cloneDatabase, dropDatabase } from '../../src/dev/database.ts'
import { startPostgres } from '../../src/dev/postgres.ts'
import { schemaDrift } from '../../src/operations/migrations/drift.ts'
import { migrate, migrationStatus } from '../../src/operations/migrations/migrate.ts'
import { rolesFile } from '../../src/operations/migrations/roles.ts'

const { superuserUrl, template } = inject('postgres')

let folder: string
let ownerUrl: string
let database: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connections-migrations-'))
  database = `migrations_${randomUUID()}`
  await asSuperuser(`create database "${database}" owner connections_owner`)
  ownerUrl = urlOf('connections_owner', 'connections', database)
})

afterEach(async () => {
  await dropDatabase(superuserUrl, database)
  await rm(folder, { recursive: true })
})

describe('a database that lacks migrations', () => {
  it('gets all of them, oldest first, and the second time none', async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await write('2002_rooms', 'create table rooms (house int references houses (id));')
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ pending: ['2001_houses', '2002_rooms'] }),
    )
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(
      done({ applied: ['2001_houses', '2002_rooms'] }),
    )
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(done({}))
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ applied: ['2001_houses', '2002_rooms'] }),
    )
  })

  it('gets functions with semicolons in their bodies, and scripts that end in a comment', async () => {
    const body = `declare a int := 1; begin perform a; return 'a;b'; end`
    await write(
      '2001_say',
      `create function say() returns text language plpgsql as $$ ${body} $$; -- the end`,
    )
    await migrate(ownerUrl, folder)
    await expect(ask('select say()')).resolves.toEqual([{ say: 'a;b' }])
  })

  it('gets them whole or not at all', async () => {
    await write('2001_half', 'create table first_half (id int); select 1 / 0;')
    await expect(migrate(ownerUrl, folder)).rejects.toThrow(
      /^2001_half failed:\nERROR: division by zero$/,
    )
    await expect(tables()).resolves.toEqual([])
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ pending: ['2001_half'], failed: ['2001_half'] }),
    )
  })

  it('gets a failed one again once its script is right', async () => {
    await write('2001_half', 'create table first_half (id int); select 1 / 0;')
    await expect(migrate(ownerUrl, folder)).rejects.toThrow('division by zero')
    await write('2001_half', 'create table first_half (id int);')
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(
      done({ applied: ['2001_half'], resumed: ['2001_half'] }),
    )
    await expect(tables()).resolves.toEqual(['first_half'])
  })

  it('gets them from one of two migrators that start at once', async () => {
    await write('2001_houses', 'create table houses (id int primary key); select pg_sleep(0.2);')
    const both = await Promise.all([migrate(ownerUrl, folder), migrate(ownerUrl, folder)])
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, 1])
  })

  it('gets one that takes longer than the statements of a request may', async () => {
    await asSuperuser(`alter database "${database}" set statement_timeout = '50ms'`)
    await write('2001_slow', 'select pg_sleep(0.3);')
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(done({ applied: ['2001_slow'] }))
  })
})

describe('a migration beside people who read', () => {
  beforeEach(async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await migrate(ownerUrl, folder)
  })

  it('waits for a long read without holding up those behind it, and gets its turn', async () => {
    await write('2002_color', 'alter table houses add column color text;')
    const reader = await connect()
    const behind = await connect()
    await reader.query('begin; select from houses')
    const migrated = migrate(ownerUrl, folder)
    await expect.poll(() => waiting('alter table houses'), { interval: 20 }).toBe(1)
    // Whoever comes now stands in the queue behind the migrator, for as long as it waits.
    // That is not until the first reader has ended.
    await behind.query('select from houses')
    await expect.poll(() => waiting('alter table houses'), { interval: 20 }).toBe(0)
    await reader.query('commit')
    await expect(migrated).resolves.toEqual(done({ applied: ['2002_color'] }))
    await Promise.all([reader.end(), behind.end()])
  })

  it('may run outside a transaction, if its first line says so', async () => {
    await write(
      '2002_index',
      `-- outside a transaction
       -- A first attempt may have left half an index.
       drop index concurrently if exists houses_twice;
       create index concurrently houses_twice on houses ((id * 2)); -- the end
      `,
    )
    const writer = await connect()
    await writer.query('begin; insert into houses values (1)')
    const migrated = migrate(ownerUrl, folder)
    await expect.poll(() => waiting('create index'), { interval: 20 }).toBe(1)
    // Longer than a wait for a lock may be, and nobody waits behind it.
    await writer.query('insert into houses values (2)')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const other = await connect()
    await other.query('insert into houses values (3)')
    await writer.query('commit')
    await expect(migrated).resolves.toEqual(done({ applied: ['2002_index'] }))
    await Promise.all([writer.end(), other.end()])
    await expect(
      ask(`select indisvalid from pg_index where indexrelid = 'houses_twice'::regclass`),
    ).resolves.toEqual([{ indisvalid: true }])
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(done({}))
  })

  it('runs again as a whole when it failed outside a transaction', async () => {
    const script = (second: string) =>
      `-- outside a transaction\ncreate table if not exists streets (id int);\n${second};\n`
    await write('2002_streets', script('select 1 / 0'))
    await expect(migrate(ownerUrl, folder)).rejects.toThrow(
      /^2002_streets failed:\nERROR: division by zero$/,
    )
    await expect(tables()).resolves.toEqual(['houses', 'streets'])
    await write('2002_streets', script('select 1'))
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(
      done({ applied: ['2002_streets'], resumed: ['2002_streets'] }),
    )
  })

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    return client
  }

  async function waiting(statement: string): Promise<number> {
    const { length } = await asSuperuser(
      `select from pg_stat_activity
        where datname = '${database}' and application_name = 'connections-migrate' and wait_event_type = 'Lock'
          and query ~ '${statement}'`,
    )
    return length
  }
})

describe('a migrator that is killed', () => {
  it('before its script ran: the next one runs it', async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await killMigrator('before')
    await expect(tables()).resolves.toEqual([])
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ pending: ['2001_houses'], failed: ['2001_houses'] }),
    )
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(
      done({ applied: ['2001_houses'], resumed: ['2001_houses'] }),
    )
    await expect(tables()).resolves.toEqual(['houses'])
  })

  it('after its script was committed: the next one knows', async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await killMigrator('after')
    await expect(tables()).resolves.toEqual(['houses'])
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(done({}))
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ applied: ['2001_houses'] }),
    )
  })

  it('with Postgres in the middle of its script: nothing of it remains, and the next one runs it', async () => {
    // The first time it goes on until it is found, however long that takes.
    await asSuperuser(`alter database "${database}" set test.seconds = '600'`)
    await write(
      '2001_houses',
      `create table houses (id int); select pg_sleep(current_setting('test.seconds')::float8);`,
    )
    const cutOff = migrate(ownerUrl, folder)
    const sleeping = `from pg_stat_activity where datname = '${database}' and wait_event = 'PgSleep'`
    await expect.poll(() => asSuperuser(`select pid ${sleeping}`)).toHaveLength(1)
    await Promise.all([
      expect(cutOff).rejects.toThrow(),
      asSuperuser(`select pg_terminate_backend(pid) ${sleeping}`),
    ])
    await expect(tables()).resolves.toEqual([])
    await asSuperuser(`alter database "${database}" set test.seconds = '0'`)
    await expect(migrate(ownerUrl, folder)).resolves.toEqual(
      done({ applied: ['2001_houses'], resumed: ['2001_houses'] }),
    )
  })
})

describe('a database that does not fit the migrations', () => {
  it('is left alone when an applied migration was edited, which is named', async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await migrate(ownerUrl, folder)
    await write('2001_houses', 'create table houses (id bigint primary key);')
    await write('2002_rooms', 'create table rooms (id int);')
    await expect(migrate(ownerUrl, folder)).rejects.toThrow(
      'Edited after they were applied: 2001_houses.',
    )
    await expect(tables()).resolves.toEqual(['houses'])
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ applied: ['2001_houses'], pending: ['2002_rooms'], edited: ['2001_houses'] }),
    )
  })

  it('is left alone when it has a migration that the folder lacks, which is named', async () => {
    await write('2001_houses', 'create table houses (id int primary key);')
    await migrate(ownerUrl, folder)
    await rm(join(folder, '2001_houses'), { recursive: true })
    await expect(migrate(ownerUrl, folder)).rejects.toThrow('not in this version: 2001_houses.')
    await expect(migrationStatus(ownerUrl, folder)).resolves.toEqual(
      status({ unknown: ['2001_houses'] }),
    )
  })
})

describe('a server without the roles', () => {
  it('gets them from an owner who may create roles, and others are told the cure', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'connections-roles-'))
    const postgres = await startPostgres({ dataDir, durable: false })
    try {
      await asSuperuser(`create role weak login password 'weak'`, postgres.superuserUrl)
      await asSuperuser(`create role able login createrole password 'able'`, postgres.superuserUrl)
      await asSuperuser('create database weaks owner weak', postgres.superuserUrl)
      await asSuperuser('create database ables owner able', postgres.superuserUrl)
      await expect(migrate(postgres.url('weaks', 'weak', 'weak'))).rejects.toThrow(
        'psql -f prisma/roles.sql',
      )

      const applied = await migrationNames()
      const able = postgres.url('ables', 'able', 'able')
      await expect(migrate(able)).resolves.toEqual(done({ applied, rolesCreated: true }))
      // The roles are there now; who owns another database of the server is told what is missing
      // for it.
      await expect(migrate(postgres.url('weaks', 'weak', 'weak'))).rejects.toThrow(
        'weak cannot give functions to connections_facts.\nFix:',
      )
      await asSuperuser(
        await readFile(rolesFile, 'utf8'),
        postgres.superuserUrl.replace(/postgres$/, 'weaks'),
      )
      await expect(migrate(postgres.url('weaks', 'weak', 'weak'))).resolves.toEqual(
        done({ applied }),
      )
      const roles = `select rolname, rolcanlogin as login, rolinherit or rolsuper or rolbypassrls as strong, rolconfig
                       from pg_roles where rolname like 'connections_%' order by rolname`
      const deadlines = [
        'statement_timeout=2s',
        'lock_timeout=500ms',
        'idle_in_transaction_session_timeout=10s',
        'transaction_timeout=5s',
      ]
      const patience = [
        'statement_timeout=60s',
        'lock_timeout=5s',
        'idle_in_transaction_session_timeout=60s',
      ]
      await expect(asSuperuser(roles, postgres.superuserUrl)).resolves.toEqual([
        { rolname: 'connections_app', login: false, strong: false, rolconfig: null },
        { rolname: 'connections_facts', login: false, strong: false, rolconfig: null },
        { rolname: 'connections_login', login: true, strong: false, rolconfig: deadlines },
        { rolname: 'connections_service', login: false, strong: false, rolconfig: null },
        { rolname: 'connections_worker', login: true, strong: false, rolconfig: patience },
      ])
    } finally {
      await postgres.stop()
    }
  })
})

describe('the migrations of this service', () => {
  it('make what the Prisma schema says, no more and no less', async () => {
    const copy = await cloneDatabase(superuserUrl, template, `drift_${randomUUID()}`)
    await expect(schemaDrift(copy.ownerUrl)).resolves.toBe('')
    await asSuperuser('alter table users add column shoe_size int', copy.ownerUrl)
    await expect(schemaDrift(copy.ownerUrl)).resolves.toContain('DROP COLUMN "shoe_size"')
    await dropDatabase(superuserUrl, copy.name)
  })
})

async function write(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), script)
}

/**
 * Runs the migrator as a process of its own, which dies at once at one moment of its first script.
 */
async function killMigrator(moment: 'before' | 'after'): Promise<void> {
  const sources = join(import.meta.dirname, '..', '..', 'src', 'operations', 'migrations')
  const program = `
    import { OwnerAdapter } from '${sources}/adapter.ts'
    import { migrate } from '${sources}/migrate.ts'
    const connect = OwnerAdapter.prototype.connect
    OwnerAdapter.prototype.connect = async function () {
      const adapter = await connect.call(this)
      const run = adapter.executeScript
      adapter.executeScript = async (script) => {
        if (${moment === 'after'}) await run(script)
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      }
      return adapter
    }
    await migrate(${JSON.stringify(ownerUrl)}, ${JSON.stringify(folder)})`
  const killed = promisify(execFile)(execPath, ['--input-type=module', '--eval', program])
  await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' })
}

function done(some: { applied?: string[]; resumed?: string[]; rolesCreated?: boolean }) {
  return { applied: [], resumed: [], rolesCreated: false, ...some }
}

function status(some: Record<string, string[]>) {
  return { applied: [], pending: [], edited: [], failed: [], unknown: [], ...some }
}

async function tables(): Promise<unknown[]> {
  const rows = await ask(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1`,
  )
  return rows.map(({ name }) => name)
}

function ask(sql: string): Promise<Record<string, unknown>[]> {
  return asSuperuser(sql, ownerUrl)
}

async function asSuperuser(sql: string, url = superuserUrl): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

function urlOf(user: string, password: string, name: string): string {
  return Object.assign(new URL(superuserUrl), { username: user, password, pathname: `/${name}` })
    .href
}

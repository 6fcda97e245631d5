import pg from 'pg'
import { migrate } from '../operations/migrations/migrate.ts'

const owner = 'connections_owner'

/**
 * Known to everybody, like the gateway's development secret: it opens nothing but a dev stack or a
 * test's database on this machine.
 */
const developmentPassword = 'connections'

/** The two ways into one database of the service. */
export interface DatabaseUrls {
  readonly name: string
  /**
   * For migrations and for tests that look behind row-level security's back (they still must not:
   * it is forced on the owner too).
   */
  readonly ownerUrl: string
  /** For the service. */
  readonly loginUrl: string
  /** For the worker. */
  readonly workerUrl: string
}

/**
 * Makes a database of the service, its roles and its tables: all that is missing. The same steps an
 * operator takes.
 * @param superuserUrl of the server's maintenance database
 */
export async function prepareDatabase(superuserUrl: string, name: string): Promise<DatabaseUrls> {
  const urls = databaseUrls(superuserUrl, name)
  await asSuperuser(superuserUrl, async (admin) => {
    // Roles belong to the whole server: two that prepare databases of one server at once would meet
    // here.
    await admin.query('select pg_advisory_lock(hashtext($1))', [owner])
    if (!(await exists(admin, 'select from pg_roles where rolname = $1', owner))) {
      await admin.query(`create role ${owner} login createrole password '${developmentPassword}'`)
    }
    if (!(await exists(admin, 'select from pg_database where datname = $1', name))) {
      await admin.query(`create database ${pg.escapeIdentifier(name)} owner ${owner}`)
    }
    await migrate(urls.ownerUrl)
    for (const role of ['connections_login', 'connections_worker']) {
      await admin.query(`alter role ${role} password '${developmentPassword}'`)
    }
  })
  return urls
}

/** A copy of a prepared database that nobody is connected to, in some 25 ms. */
export async function cloneDatabase(
  superuserUrl: string,
  template: string,
  name: string,
): Promise<DatabaseUrls> {
  await asSuperuser(superuserUrl, async (admin) => {
    const [copy, original] = [pg.escapeIdentifier(name), pg.escapeIdentifier(template)]
    await admin.query(
      `create database ${copy} template ${original} owner ${owner} strategy file_copy`,
    )
    // A copy has the rights inside of its template, but not those on it.
    await admin.query(`revoke temporary on database ${copy} from public`)
  })
  return databaseUrls(superuserUrl, name)
}

/** Ends a database, also under those who are still connected. */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  await asSuperuser(superuserUrl, async (admin) => {
    await admin.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  })
}

function databaseUrls(superuserUrl: string, name: string): DatabaseUrls {
  const as = (user: string): string => {
    const url = new URL(superuserUrl)
    url.username = user
    url.password = developmentPassword
    url.pathname = `/${name}`
    return url.href
  }
  return {
    name,
    ownerUrl: as(owner),
    loginUrl: as('connections_login'),
    workerUrl: as('connections_worker'),
  }
}

/** One database of a server, as its superuser. */
export function databaseOf(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${name}`
  return url.href
}

async function exists(admin: pg.Client, question: string, name: string): Promise<boolean> {
  return (await admin.query(question, [name])).rowCount === 1
}

async function asSuperuser(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

import pg from 'pg'
import { parsePostgresUrl } from '../../config/forms.ts'
import { isPasswordMissing } from '../../database/client.ts'

/** How long a server may take to let us in, in milliseconds. */
const patience = 5_000

/** Why nobody answers, or why we are not let in, in words; and what to do about it. */
export class NoConnection extends Error {
  readonly fix: string
  constructor(words: string, fix: string, cause: unknown) {
    super(words, { cause })
    this.fix = fix
  }
}

/**
 * Does `work` on a connection of its own to the database of this URL.
 * @param variable that the URL came from, for the fixes
 * @throws NoConnection when there is none
 */
export async function connected<Answer>(
  url: string,
  variable: string,
  work: (connection: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const connection = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: patience,
    query_timeout: patience,
    application_name: 'connections-doctor',
  })
  // Unheard, a connection that breaks between two questions would end the process.
  connection.on('error', () => undefined)
  try {
    await connection.connect().catch((error: unknown) => {
      throw explain(error, parsePostgresUrl(url) ?? new URL(url), variable)
    })
    return await work(connection)
  } finally {
    await connection.end().catch(() => undefined)
  }
}

function explain(error: unknown, url: URL, variable: string): NoConnection {
  const { message, code } = error as { message: string; code?: string }
  const server = serverOf(url)
  const role = decodeURIComponent(url.username) || (url.searchParams.get('user') ?? 'nobody')
  const database = decodeURIComponent(url.pathname.slice(1))
  const saying = (words: string, fix: string): NoConnection => new NoConnection(words, fix, error)
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return saying(
        `nothing is listening on ${server}`,
        `start Postgres there, or correct the host and port in ${variable}`,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return saying(
        `unknown host ${url.searchParams.get('host') ?? url.hostname}`,
        `correct the host in ${variable}, or the DNS settings of this machine`,
      )
    case '28P01':
      return saying(
        `${server} rejects the password of ${role}`,
        `correct it in ${variable}, or set it: alter role ${role} password '…'`,
      )
    case '28000':
      return saying(
        `${server} does not let ${role} log in: ${message}`,
        `correct the role in ${variable}, or allow it to log in (pg_hba.conf, alter role … login)`,
      )
    case '3D000':
      return saying(
        `${server} has no database ${database}`,
        `correct the name in ${variable}, or create it: docs/operations.md, "The database, once"`,
      )
    case '53300':
      return saying(
        `${server} has no free connection`,
        'lower DATABASE_POOL_SIZE of each process, or raise max_connections',
      )
    case '57P03':
      return saying(`${server} is starting or stopping`, 'wait a moment and try again')
    case undefined:
    default:
  }
  if (/timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(`${message} ${code ?? ''}`)) {
    return saying(
      `${server} does not answer within ${patience / 1000} s`,
      `correct the host and port in ${variable}, or the firewall between here and there`,
    )
  }
  if (isPasswordMissing(error as Error)) {
    return saying(
      `${server} requires a password for ${role}, but there is none`,
      `add it to ${variable}, after the role: ${role}:…@`,
    )
  }
  return saying(
    `${server}: ${message}${code === undefined ? '' : ` (${code})`}`,
    `check that ${variable} points to a Postgres that accepts this login`,
  )
}

/** Where Postgres is looked for: `host:port`, or the file of a socket, which may be missing. */
function serverOf(url: URL): string {
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  const port = url.searchParams.get('port') ?? (url.port || '5432')
  return host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`
}

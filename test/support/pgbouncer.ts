import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { postgresUser } from '../../src/dev/binaries.ts'
import { freePort } from '../../src/dev/ports.ts'

/** Whether this machine has one: Debian's package `pgbouncer`. */
export const hasPgBouncer = spawnSync('pgbouncer', ['--version']).status === 0

/**
 * Starts PgBouncer in transaction mode in front of a database, for one test.
 * @returns the URL that leads through it
 */
export async function openPgBouncer(url: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connections-pgbouncer-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  const { username, password, hostname, pathname } = url
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${url.port} dbname=${pathname.slice(1)} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`,
  )
  // It does not run as root, and neither does Postgres.
  const user = userInfo().uid === 0 ? await postgresUser() : {}
  const bouncer = spawn('pgbouncer', [file], { stdio: 'ignore', ...user })
  onTestFinished(async () => {
    bouncer.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(port)
  const answers = async () => {
    const client = new pg.Client({ connectionString: through.href })
    client.on('error', () => undefined)
    return client
      .connect()
      .then(() => true)
      .catch(() => false)
      .finally(() => client.end())
  }
  await expect.poll(answers).toBe(true)
  return through.href
}

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserFacingError } from '../user-facing-error.ts'
import { postgresBinaries, postgresUser, type RunAs } from './binaries.ts'
import {
  clusterDirectory,
  ensureCluster,
  isReady,
  logFile,
  openLog,
  orphanOf,
  plainEnvironment,
  removeCluster,
} from './cluster.ts'
import { freePort } from './ports.ts'
import { run, seeProcess } from './processes.ts'
import { watchOver } from './watchdog.ts'

/** A real Postgres that we started, on 127.0.0.1 only. */
export interface RunningPostgres {
  readonly port: number
  /** Where the cluster lies; not always where it was asked for (see `clusterDirectory`). */
  readonly directory: string
  /** The superuser's URL of the maintenance database. */
  readonly superuserUrl: string
  readonly url: (database: string, user: string, password: string) => string
  /**
   * Lets running statements be cut off and the rest be written down; without durability the data
   * directory is deleted too.
   */
  readonly stop: () => Promise<void>
  /** Resolves when it ends although nobody stopped it: with how it ended, and its last words. */
  readonly ended: Promise<string>
  /** The process id of the postmaster, whose children are the connections. */
  readonly pid: number
}

interface PostgresOptions {
  /** Made when missing; its parent need not be passable for the user that runs Postgres. */
  readonly dataDir: string
  /**
   * A free one when left out. As a function: asked once our own leftover Postgres no longer holds a
   * port.
   */
  readonly port?: number | (() => Promise<number>)
  /** False: for tests. Nothing is flushed to the disk and the data is gone after `stop`. */
  readonly durable: boolean
  /**
   * The folder with `bin`, `lib` and `share` of another Postgres than the one we bring, such as an
   * older one.
   */
  readonly binaries?: string
  /** Settings of the server on top of ours, for measuring: `shared_buffers`, libraries to load. */
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * Starts Postgres on a data directory, made when missing. One that still runs there without us is
 * stopped first, so the caller must know that no living process of ours uses it.
 * @throws UserFacingError with Postgres' own last words when it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const user = await postgresUser()
  const binaries = options.binaries ?? (await postgresBinaries(user))
  const directory = await clusterDirectory(options.dataDir, user)
  const password = await ensureCluster(directory, binaries, user)
  await stopOrphan(directory, binaries, user)
  const port = await askPort(options.port ?? freePort)
  const server = await launch(directory, binaries, user, flags(port, options))
  let stopping = false
  const ended = new Promise<string>((resolve) => {
    server.once('exit', (code, signal) => {
      if (stopping) return
      const how = signal ?? `exit code ${String(code)}`
      void lastWords(directory).then((words) => {
        resolve(words === '' ? how : `${how}\n${words}`)
      })
    })
  })
  const callOff = watchOver(server.pid ?? 0, user, options.durable ? null : directory)
  const url = (database: string, name: string, secret: string): string =>
    `postgres://${name}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`
  return {
    port,
    directory,
    pid: server.pid ?? 0,
    superuserUrl: url('postgres', 'postgres', password),
    url,
    ended,
    stop: async () => {
      stopping = true
      await shutDown(server)
      callOff()
      if (!options.durable) await removeCluster(directory)
    },
  }
}

/** Deletes the data of a Postgres that no living process of ours uses. */
export async function removePostgres(dataDir: string): Promise<void> {
  const user = await postgresUser()
  const directory = await clusterDirectory(dataDir, user)
  await stopOrphan(directory, await postgresBinaries(user), user)
  await removeCluster(directory)
}

async function askPort(port: number | (() => Promise<number>)): Promise<number> {
  return typeof port === 'number' ? port : port()
}

function flags(port: number, options: PostgresOptions): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // A socket file needs a short path that both users may write to; nobody connects through it.
    unix_socket_directories: '',
    max_connections: '200',
    log_min_messages: 'warning',
    ...(options.durable
      ? {}
      : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
    ...options.settings,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function launch(
  directory: string,
  binaries: string,
  user: RunAs,
  settings: string[],
): Promise<ChildProcess> {
  const log = await openLog(directory)
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', directory, ...settings], {
    ...user,
    env: plainEnvironment,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd],
    // Its own process group: Ctrl-C in a terminal goes to the whole group, and the database must be
    // the last to stop.
    detached: true,
  })
  let ended: string | null = null
  server.once('error', (error) => (ended = error.message)).once('exit', () => (ended ??= ''))
  await log.close()
  const ending = (): string | null => ended
  while (!(await isReady(directory, server.pid))) {
    const words = ending()
    if (words !== null)
      throw new UserFacingError(
        `Postgres did not start on ${directory}:\n${words}${await lastWords(directory)}`,
      )
    await sleep(10)
  }
  return server
}

async function lastWords(directory: string): Promise<string> {
  const log = await readFile(logFile(directory), 'utf8').catch(() => '')
  return log.trim().split('\n').slice(-8).join('\n')
}

/**
 * "Fast": clients are disconnected, then everything is written down. After five seconds
 * "immediate", which recovers at the next start.
 */
async function shutDown(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGINT')
  const hurry = setTimeout(() => server.kill('SIGQUIT'), 5_000)
  await exited
  clearTimeout(hurry)
}

/** `pg_ctl` refuses to be root, so it is run as the user whose Postgres it is. */
async function stopOrphan(directory: string, binaries: string, user: RunAs): Promise<void> {
  const pid = await orphanOf(directory)
  if (pid === null) return
  await run(join(binaries, 'bin', 'pg_ctl'), ['kill', 'INT', String(pid)], user)
  const deadline = Date.now() + 10_000
  while ((await seeProcess(pid)) !== null) {
    if (Date.now() > deadline) {
      throw new UserFacingError(
        `A Postgres left over from an earlier run (pid ${pid}) does not stop.\nFix: \`kill -QUIT ${pid}\`.`,
      )
    }
    await sleep(20)
  }
}

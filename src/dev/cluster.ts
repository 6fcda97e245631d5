import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chown,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserFacingError } from '../user-facing-error.ts'
import { canEnter, placeFor, type RunAs } from './binaries.ts'
import { run, seeProcess, workingDirectory } from './processes.ts'

/**
 * Postgres writes its settings from here, not from the developer's shell, so that every machine
 * makes the same cluster.
 */
export const plainEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * The superuser's password, random for each cluster: a superuser on localhost may run programs as
 * us, and others may share the machine.
 */
const passwordFile = 'superuser-password'

/**
 * Where the cluster of this data directory really lies: the directory itself when the user that
 * runs Postgres can enter it, else a place of its own that it can. The directory is made when
 * missing.
 */
export async function clusterDirectory(dataDir: string, user: RunAs): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true })
  const real = join(await realpath(dirname(dataDir)), basename(dataDir))
  return (await canEnter(dirname(real), user)) ? real : placeFor(real)
}

/**
 * Makes the cluster when it is not there yet. `initdb` works beside it and a rename finishes it, so
 * a half-finished one never has its name.
 * @returns the superuser's password
 * @throws UserFacingError when the directory holds something else, or a cluster of another Postgres
 * version.
 */
export async function ensureCluster(
  directory: string,
  binaries: string,
  user: RunAs,
): Promise<string> {
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version === null) return createCluster(directory, binaries, user)
  if (version.trim() !== '18') {
    throw new UserFacingError(
      `${directory} was created by Postgres ${version.trim()}; this is Postgres 18.\nFix: run \`npx connections reset\`, which deletes the data of the dev stack.`,
    )
  }
  return readFile(join(directory, passwordFile), 'utf8')
}

async function createCluster(directory: string, binaries: string, user: RunAs): Promise<string> {
  const present = await readdir(directory).catch(() => [])
  if (present.length > 0)
    throw new UserFacingError(
      `${directory} contains something that is not a Postgres cluster; it was not changed.`,
    )
  await removeHalfFinished(directory)
  const half = `${directory}.new-${randomBytes(6).toString('hex')}`
  const password = randomBytes(18).toString('base64url')
  await mkdir(half, { mode: 0o700 })
  await writeFile(`${half}.password`, password, { mode: 0o600 })
  for (const path of [half, `${half}.password`]) await giveTo(path, user)
  await initdb(binaries, half, user)
  await rename(`${half}.password`, join(half, passwordFile))
  await rename(half, directory)
  return password
}

const builtinLocale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Whether this Postgres comes from before the built-in locale. */
async function isOlder(binaries: string, user: RunAs): Promise<boolean> {
  const version = await run(join(binaries, 'bin', 'postgres'), ['--version'], user)
  return Number(/\d+/.exec(version)?.[0] ?? 18) < 17
}

async function initdb(binaries: string, directory: string, user: RunAs): Promise<void> {
  const program = spawn(
    join(binaries, 'bin', 'initdb'),
    [
      ...[
        `--pgdata=${directory}`,
        '--username=postgres',
        `--pwfile=${directory}.password`,
        '--auth=scram-sha-256',
      ],
      // The built-in locale sorts alike on every machine.
      ...[
        '--encoding=UTF8',
        '--locale=C',
        ...((await isOlder(binaries, user)) ? [] : builtinLocale),
        '--no-sync',
      ],
    ],
    {
      ...user,
      env: plainEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      detached: true,
    },
  )
  let complaint = ''
  program.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const code = await new Promise((resolve, reject) =>
    program.on('error', reject).on('close', resolve),
  )
  if (code !== 0)
    throw new UserFacingError(
      `Postgres could not create its data directory ${directory}:\n${complaint.trim()}`,
    )
}

/**
 * Deletes the cluster and what half-finished attempts have left beside it. Only for one that is not
 * running.
 */
export async function removeCluster(directory: string): Promise<void> {
  // Renamed first: a deletion that is killed half-way must not leave something that looks like a
  // damaged cluster.
  await rename(directory, `${directory}.new-${randomBytes(6).toString('hex')}`).catch(
    () => undefined,
  )
  await removeHalfFinished(directory)
  await rm(logFile(directory), { force: true })
}

async function removeHalfFinished(directory: string): Promise<void> {
  const beside = await readdir(dirname(directory)).catch(() => [])
  const left = beside.filter((name) => name.startsWith(`${basename(directory)}.new-`))
  await Promise.all(
    left.map((name) => rm(join(dirname(directory), name), { recursive: true, force: true })),
  )
}

/** Where Postgres writes its log: beside the cluster, out of the terminal. */
export function logFile(directory: string): string {
  return `${directory}.log`
}

/** Opens the log for one run of Postgres; the last run's is overwritten. The caller closes it. */
export async function openLog(directory: string): Promise<FileHandle> {
  return open(logFile(directory), 'w', 0o600)
}

/**
 * The Postgres that runs on this cluster, left over from a process of ours that was killed; null
 * when there is none.
 */
export async function orphanOf(directory: string): Promise<number | null> {
  const lines = await pidFile(directory)
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  // The pid may have been given to another process since. Postgres works in its data directory,
  // nobody else does.
  const alive = (await seeProcess(pid)) !== null && (await workingDirectory(pid)) === directory
  if (!alive) await rm(join(directory, 'postmaster.pid'), { force: true })
  return alive ? pid : null
}

/**
 * Whether the Postgres with this process id says that it takes connections: the eighth line of its
 * pid file.
 */
export async function isReady(directory: string, pid: number | undefined): Promise<boolean> {
  const lines = await pidFile(directory)
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

async function pidFile(directory: string): Promise<string[]> {
  return (await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
}

async function giveTo(path: string, { uid, gid }: RunAs): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

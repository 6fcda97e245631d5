import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserFacingError } from '../user-facing-error.ts'
import { seeProcess } from './processes.ts'

/** Where the dev stack of this checkout keeps everything. */
export const defaultDataDirectory = join(import.meta.dirname, '..', '..', '.dev')

/**
 * The data directory that `--data` names, relative to where the command was typed; without it, that
 * of this checkout.
 */
export function dataDirectoryFrom(option: string | undefined): string {
  return option === undefined ? defaultDataDirectory : resolve(option)
}

/** Postgres' part of a data directory. */
export function clusterOf(dataDirectory: string): string {
  return join(dataDirectory, 'postgres')
}

/** The issuer's key, kept so that tokens outlive a restart. */
export function keyOf(dataDirectory: string): string {
  return join(dataDirectory, 'accounts-key.json')
}

/** The secret of the webhook endpoints of the sample subgraphs. */
export function webhookSecretOf(dataDirectory: string): string {
  return join(dataDirectory, 'notifications-webhook-secret')
}

/** Where a running dev stack can be reached. */
export interface StackPlaces {
  readonly gatewayUrl: string
  /** Our subgraph's. */
  readonly graphqlUrl: string
  /** Where accounts gives tokens. */
  readonly accountsUrl: string
  readonly gamesUrl: string
  readonly notificationsUrl: string
  readonly ownerUrl: string
  readonly loginUrl: string
  /** The database as the worker. */
  readonly workerUrl: string
}

/**
 * What `stack.json` says: who uses this data directory, and once it is ready, where everything is.
 */
export interface StackFile {
  readonly pid: number
  /** With the pid it names one process, so a file left behind by a killed one is known as such. */
  readonly processStartedAt: string
  readonly places: StackPlaces | null
}

/** A data directory that is ours until `release`. */
export interface Claim {
  readonly announce: (places: StackPlaces) => Promise<void>
  readonly release: () => Promise<void>
}

/** The dev stack that runs on this data directory; null when none does. */
export async function runningStack(dataDirectory: string): Promise<StackFile | null> {
  const text = await readFile(stackFile(dataDirectory), 'utf8').catch(() => null)
  return text === null ? null : ifAlive(text)
}

/**
 * The id of the process that a stack file names which is gone: it was killed before it could take
 * the file away. Null without one.
 */
export async function staleStack(dataDirectory: string): Promise<number | null> {
  const text = await readFile(stackFile(dataDirectory), 'utf8').catch(() => null)
  if (text === null || (await ifAlive(text)) !== null) return null
  return Number(/"pid": (\d+)/.exec(text)?.[1] ?? 0)
}

/**
 * Makes this process the only one that uses the data directory.
 * @throws UserFacingError that names the process which does already
 */
export async function claim(dataDirectory: string, pid: number): Promise<Claim> {
  await mkdir(dataDirectory, { recursive: true })
  const processStartedAt = (await seeProcess(pid))?.startedAt ?? ''
  const content = (places: StackPlaces | null): string =>
    JSON.stringify({ pid, processStartedAt, places }, null, 2)
  while (!(await createWhole(stackFile(dataDirectory), content(null))))
    await clearStale(dataDirectory)
  return {
    announce: async (places) => {
      const half = `${stackFile(dataDirectory)}.${randomUUID()}`
      await writeFile(half, content(places), { mode: 0o600 })
      await rename(half, stackFile(dataDirectory))
    },
    release: () => rm(stackFile(dataDirectory), { force: true }),
  }
}

function stackFile(dataDirectory: string): string {
  return join(dataDirectory, 'stack.json')
}

/** Creates a file that was not there, with all of its content at once; false when it was there. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const half = `${file}.${randomUUID()}`
  await writeFile(half, content, { mode: 0o600 })
  try {
    await link(half, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(half)
  }
}

/**
 * Takes a dead process's file away. It is moved before it is judged, so that of two that find it
 * only one takes it; a living one that was moved by mistake is put back.
 */
async function clearStale(dataDirectory: string): Promise<void> {
  const file = stackFile(dataDirectory)
  await refuseRunning(dataDirectory)
  const moved = `${file}.${randomUUID()}`
  await rename(file, moved).catch(() => undefined)
  const living = ifAlive(await readFile(moved, 'utf8').catch(() => '{}'))
  if ((await living) !== null) await link(moved, file).catch(() => undefined)
  await rm(moved, { force: true })
}

async function ifAlive(text: string): Promise<StackFile | null> {
  try {
    const file = JSON.parse(text) as StackFile
    const seen = await seeProcess(file.pid)
    return seen !== null && seen.startedAt === file.processStartedAt ? file : null
  } catch {
    return null
  }
}

/** @throws UserFacingError that names the process which uses the data directory */
export async function refuseRunning(dataDirectory: string): Promise<void> {
  const running = await runningStack(dataDirectory)
  if (running !== null) throw alreadyRunning(running)
}

function alreadyRunning({ pid, places }: StackFile): UserFacingError {
  const where = places === null ? 'still starting or resetting' : places.graphqlUrl
  return new UserFacingError(
    `The dev stack of this folder is already running: pid ${pid}, ${where}.\nFix: stop it first with Ctrl-C or \`kill ${pid}\`, or use it.`,
  )
}

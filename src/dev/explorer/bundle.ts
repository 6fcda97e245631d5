import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The built page. */
export interface Bundle {
  /** Where its files are once it is ready. */
  readonly directory: string
  /** Resolves when all files are there, building them first if need be. Rejects when that fails; the next call tries again. */
  readonly ready: () => Promise<void>
  /** Gives up a build that is under way. */
  readonly stop: () => Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
const day = 24 * 60 * 60 * 1000

/**
 * The page, built when somebody first wants to see it and kept below `node_modules/.cache`, under a name that changes with everything it is
 * built from. Only who opens the explorer waits for it (about five seconds, once), so neither an install nor a start does.
 * @param cache the folder to keep it in
 * @param build makes the files in a folder, until it is told to give up
 */
export function keptBundle(
  cache = join(root, 'node_modules', '.cache', 'explorer'),
  build: Build = runVite,
): Bundle {
  const directory = join(cache, fingerprint())
  const given = new AbortController()
  let ready: Promise<void> | null = null

  const make = async (): Promise<void> => {
    const half = join(cache, `half-${randomUUID()}`)
    try {
      await mkdir(cache, { recursive: true })
      await build(half, given.signal)
      await rename(half, directory)
      await removeOld(cache)
    } catch (error) {
      // Another process may have been faster; then theirs is as good.
      if (!isWhole(directory)) throw error
    } finally {
      await rm(half, { recursive: true, force: true })
    }
  }

  return {
    directory,
    ready: () =>
      (ready ??= (isWhole(directory) ? Promise.resolve() : make()).catch((error: unknown) => {
        ready = null
        throw error
      })),
    stop: async () => {
      const last = ready
      given.abort(new Error('The build was ended before it was done.'))
      await last?.catch(() => undefined)
    },
  }
}

function isWhole(directory: string): boolean {
  return existsSync(join(directory, 'start.js'))
}

/** A name for everything that decides what the built page is: its sources, how it is built, and the exact version of every package. */
function fingerprint(): string {
  const here = import.meta.dirname
  const page = readdirSync(join(here, 'page')).map((name) => join(here, 'page', name))
  const others = ['vite.config.ts', 'example.ts', '../seed/cast.ts'].map((name) => join(here, name))
  const hash = createHash('sha256')
  for (const path of [...page.sort(), ...others, join(root, 'package-lock.json')]) {
    hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 20)
}

type Build = (directory: string, signal: AbortSignal) => Promise<void>

/**
 * Builds into a folder, in a process of its own: the dev world answers meanwhile, and a build that is given up takes its threads along.
 * @throws what Vite says is wrong, or the reason for giving up
 */
function runVite(directory: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const config = join(import.meta.dirname, 'vite.config.ts')
  const words = ['build', '--config', config, '--configLoader', 'native', '--outDir', directory]
  return new Promise((resolve, reject) => {
    const vite = fork(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), words, {
      signal,
      killSignal: 'SIGKILL',
      execArgv: [],
      // Of the page that is built, whatever this process is: React has a slow variant for everything else.
      env: { NODE_ENV: 'production', NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaint = ''
    vite.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    // Being given up is an error too; it is told when the process is gone.
    vite.once('error', (error) => (complaint += error.message))
    vite.once('close', (code) => {
      if (code === 0) resolve()
      else reject((signal.reason as Error | undefined) ?? new Error(complaint))
    })
  })
}

/** Builds of other versions; one of the last day may be in use by a dev world that still runs. */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name))
    if (Date.now() - mtimeMs > day) await rm(join(cache, name), { recursive: true, force: true })
  }
}

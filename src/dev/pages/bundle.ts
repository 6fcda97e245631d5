import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A page of the dev stack, before it is built. */
export interface PageSources {
  /** Its folder below `node_modules/.cache`. */
  readonly name: string
  /** Its Vite config, whose entry is written to `start.js`. */
  readonly config: string
  /** All files that the page is built from, and folders with everything in them. */
  readonly sources: readonly string[]
}

/** The built page. */
export interface Bundle {
  /** The folder of its files, once it is ready. */
  readonly directory: string
  /**
   * Builds the files when they are missing, and resolves when all are there. Rejects when the build
   * fails; the next call tries again.
   */
  readonly ready: () => Promise<void>
  /** Stops a running build. */
  readonly stop: () => Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
const day = 24 * 60 * 60 * 1000

/**
 * A page. It is built at the first visit and kept below `node_modules/.cache`, in a folder whose
 * name changes with everything that the page is built from. The first visit waits about five
 * seconds; an install and a start never wait.
 * @param cache the folder to keep it in
 * @param build writes the files into a folder, until it is stopped
 */
export function keptBundle(
  page: PageSources,
  cache = join(root, 'node_modules', '.cache', page.name),
  build: Build = (directory, signal) => runVite(page.config, directory, signal),
): Bundle {
  const directory = join(cache, fingerprint(page))
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
      // Another process may have finished first; its files are the same.
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
      given.abort(new Error('The build was stopped before it finished.'))
      await last?.catch(() => undefined)
    },
  }
}

function isWhole(directory: string): boolean {
  return existsSync(join(directory, 'start.js'))
}

/**
 * A hash of everything that decides what the built page is: its sources, the build, and the exact
 * version of every package.
 */
function fingerprint({ config, sources }: PageSources): string {
  const hash = createHash('sha256')
  const how = join(import.meta.dirname, 'vite-config.ts')
  const paths = [...sources, config, how].flatMap(filesIn).sort()
  for (const path of [...new Set(paths), join(root, 'package-lock.json')]) {
    hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 20)
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** Writes the files of a page into a folder, until it is stopped. */
export type Build = (directory: string, signal: AbortSignal) => Promise<void>

/**
 * Builds into a folder, in a separate process: the dev stack answers meanwhile, and a stopped build
 * takes its threads along.
 * @throws Vite's error message, or the reason why the build was stopped
 */
function runVite(config: string, directory: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const words = ['build', '--config', config, '--configLoader', 'native', '--outDir', directory]
  return new Promise((resolve, reject) => {
    const vite = fork(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), words, {
      signal,
      killSignal: 'SIGKILL',
      execArgv: [],
      // For the built page, whatever this process runs as, because React is slow in every other
      // environment.
      env: { NODE_ENV: 'production', NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaint = ''
    vite.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    // A stopped build is an error too; it is reported when the process has ended.
    vite.once('error', (error) => (complaint += error.message))
    vite.once('close', (code) => {
      if (code === 0) resolve()
      else reject((signal.reason as Error | undefined) ?? new Error(complaint))
    })
  })
}

/**
 * Removes builds of other versions that are older than a day; a dev stack that still runs may use a
 * newer one.
 */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name))
    if (Date.now() - mtimeMs > day) await rm(join(cache, name), { recursive: true, force: true })
  }
}

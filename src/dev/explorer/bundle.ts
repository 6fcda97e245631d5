import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

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
 */
export function keptBundle(cache = join(root, 'node_modules', '.cache', 'explorer')): Bundle {
  const directory = join(cache, fingerprint())
  // The server of the files wants its folder to exist; what makes a bundle whole is the entrance in it.
  mkdirSync(directory, { recursive: true })
  let building: { worker: Worker; done: Promise<void> } | null = null

  const build = async (): Promise<void> => {
    const half = join(cache, `half-${randomUUID()}`)
    const worker = new Worker(join(import.meta.dirname, 'build.ts'), {
      workerData: half,
      // Of the page that is built, whatever this process is: React has a slow variant for everything else.
      env: { NODE_ENV: 'production' },
    })
    building = { worker, done: ended(worker) }
    try {
      await building.done
      await rm(directory, { recursive: true })
      await rename(half, directory)
      await removeOld(cache)
    } finally {
      building = null
      await rm(half, { recursive: true, force: true })
    }
  }

  let ready: Promise<void> | null = null
  return {
    directory,
    ready: () =>
      (ready ??= (isWhole(directory) ? Promise.resolve() : build()).catch((error: unknown) => {
        ready = null
        // Another process may have been faster; then theirs is as good.
        if (!isWhole(directory)) throw error
      })),
    stop: async () => {
      await building?.worker.terminate()
      await ready?.catch(() => undefined)
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
  const others = ['build.ts', 'example.ts', '../cast.ts'].map((name) => join(here, name))
  const hash = createHash('sha256')
  for (const path of [...page.sort(), ...others, join(root, 'package-lock.json')]) {
    hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 20)
}

/** Resolves when a worker is done. @throws what the worker threw, or that it was ended */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error('The build was ended before it was done.'))
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

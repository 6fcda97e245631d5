import { randomUUID } from 'node:crypto'
import { rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packagedBinaries } from '../../dev/binaries.ts'
import { run } from '../../dev/processes.ts'
import { type StackFile, staleStack } from '../../dev/stack-file.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { failed, type Found, note, ok } from './finding.ts'

const generated = new URL('../../generated/prisma/client.ts', import.meta.url)

/** Whether the install has written the code that the service is run with. */
export async function checkGenerated(): Promise<Found> {
  return (await stat(generated).catch(() => null)) === null
    ? failed(
        'src/generated is missing; nothing can start without it',
        'run `npm run codegen` with development dependencies; then `npm prune --omit=dev` removes them',
      )
    : ok('src/generated exists')
}

/** Whether a dev stack can write to its data directory, or could make it. */
export async function checkFolder(directory: string): Promise<Found> {
  const folder = await nearest(directory)
  const trial = join(folder, `.doctor-${randomUUID()}`)
  try {
    await writeFile(trial, '')
    await rm(trial)
    return ok(folder === directory ? `${directory} is writable` : `${directory} can be created`)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return failed(
      `${directory} is not writable (${code} in ${folder})`,
      'choose another one with --data, or make this one writable for the current user',
    )
  }
}

/** The folder itself, or the first above it that is there. */
async function nearest(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null)
  return found !== null || folder === dirname(folder) ? folder : nearest(dirname(folder))
}

/** Whether npm has brought a Postgres that runs on this machine. */
export async function checkBinaries(): Promise<Found> {
  try {
    const version = await run(join(packagedBinaries(), 'bin', 'postgres'), ['--version'])
    if (version !== '') return ok(`the embedded Postgres runs: ${version.trim()}`)
    return failed(
      'the embedded Postgres does not run on this machine',
      'delete node_modules and run `npm ci` here: the package contains programs for another platform',
    )
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    return failed(
      error.message.replace(/\nFix:.*/s, ''),
      'run `npm ci` with development dependencies',
    )
  }
}

/** The dev stack of this folder: running, starting, killed before its end, or none. */
export async function checkStack(directory: string, running: StackFile | null): Promise<Found> {
  if (running !== null) {
    const { pid, places } = running
    return places === null
      ? note(`pid ${pid} is starting or resetting the dev stack in ${directory}`)
      : ok(`running as pid ${pid}: ${places.graphqlUrl}`)
  }
  const stale = await staleStack(directory)
  if (stale === null) return ok('none is running here; `npm start` starts one')
  return note(`pid ${stale} was killed and left its file; the next \`npm start\` removes it`)
}

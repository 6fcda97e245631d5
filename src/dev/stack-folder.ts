import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserFacingError } from '../user-facing-error.ts'
import { clusterOf, keyOf } from './stack-file.ts'

/**
 * Says that the dev stack made the folder, so that `reset` may delete what the dev stack keeps
 * there.
 */
const marker = 'made-by-connections-dev.txt'

const words =
  'The dev stack of connections keeps its database here. `connections reset` deletes the database only if this file exists.\n'

/**
 * Marks a data directory as the dev stack's, which has just claimed it.
 * @throws UserFacingError when a database or a file of somebody else lies where the dev stack would
 * keep its own
 */
export async function markFolder(dataDirectory: string): Promise<void> {
  if (await isMarked(dataDirectory)) return
  const cluster = clusterOf(dataDirectory)
  const present = await readdir(cluster).catch((): string[] => [])
  // Clusters of the dev stack from before the marker have this file.
  if (present.length > 0 && !present.includes('superuser-password')) throw notOurs(cluster)
  if (await isForeignKey(keyOf(dataDirectory))) throw notOurs(keyOf(dataDirectory))
  await writeFile(join(dataDirectory, marker), words)
}

/**
 * Whether the dev stack has anything in the data directory.
 * @throws UserFacingError when there is something, and nothing says that the dev stack made it
 */
export async function hasStack(dataDirectory: string): Promise<boolean> {
  if (await isMarked(dataDirectory)) return true
  for (const path of [clusterOf(dataDirectory), keyOf(dataDirectory)])
    if (await exists(path)) throw notOurs(path)
  return false
}

/** Takes the mark away, after everything else. */
export async function unmarkFolder(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, marker), { force: true })
}

/** Whether a file lies where the issuer's key would, and is none. */
async function isForeignKey(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text !== null && text !== '' && !text.startsWith('{"kty":')
}

function isMarked(dataDirectory: string): Promise<boolean> {
  return exists(join(dataDirectory, marker))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function notOurs(path: string): UserFacingError {
  return new UserFacingError(
    `${path} was not created by the dev stack (there is no ${marker} next to it), so it was not changed.\nFix: choose another folder with --data, or delete it yourself.`,
  )
}

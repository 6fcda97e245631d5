import { rm } from 'node:fs/promises'
import { removePostgres } from './postgres.ts'
import { claim, clusterOf, keyOf, webhookSecretOf } from './stack-file.ts'
import { hasStack, unmarkFolder } from './stack-folder.ts'

/**
 * Empties the data directory of everything that a dev stack keeps there. Other files in it stay.
 * @returns false when there was nothing
 * @throws UserFacingError while a dev stack runs on it, or when the dev stack did not make what is
 * there
 */
export async function resetStack(dataDirectory: string, pid: number): Promise<boolean> {
  if (!(await hasStack(dataDirectory))) return false
  const ours = await claim(dataDirectory, pid)
  try {
    await removePostgres(clusterOf(dataDirectory))
    await rm(keyOf(dataDirectory), { force: true })
    await rm(webhookSecretOf(dataDirectory), { force: true })
    await unmarkFolder(dataDirectory)
  } finally {
    await ours.release()
  }
  return true
}

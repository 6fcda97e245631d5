import { rm } from 'node:fs/promises'
import { removePostgres } from './postgres.ts'
import { claim, clusterOf, keyOf } from './stack-file.ts'

/**
 * Empties the data directory of everything that a dev world keeps there. Other files in it stay.
 * @throws Trouble while a dev world runs on it
 */
export async function resetWorld(dataDirectory: string, pid: number): Promise<void> {
  const ours = await claim(dataDirectory, pid)
  try {
    await removePostgres(clusterOf(dataDirectory))
    await rm(keyOf(dataDirectory), { force: true })
  } finally {
    await ours.release()
  }
}

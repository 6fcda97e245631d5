import { databaseOf, type DatabaseUrls } from '../database.ts'
import { writeHistory } from './write.ts'

/**
 * Adds the history to the dev stack's database. Once in its life: what a developer has changed
 * since stays changed.
 */
export async function addHistory({ name }: DatabaseUrls, superuserUrl: string): Promise<void> {
  await writeHistory(databaseOf(superuserUrl, name))
}

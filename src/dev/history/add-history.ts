import { type DatabaseUrls, databaseOf } from '../database.ts'
import { keepOnline } from './keep-online.ts'
import { writeHistory } from './write.ts'

/**
 * Adds the history to the dev stack's database, and lets some of its people be online. It is added
 * once in its life: what a developer has changed since stays changed.
 * @param signal ends it in the middle, with nothing written; it takes longer than Ctrl-C waits
 * @returns ends that people are online
 */
export async function addHistory(
  { name }: DatabaseUrls,
  superuserUrl: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const url = databaseOf(superuserUrl, name)
  await writeHistory(url, { signal })
  return keepOnline(url)
}

import { openDatabase } from '../../database/database.ts'
import { limits } from '../../limits.ts'
import { runTask } from '../../worker/schedule/run.ts'
import { rollUpInsights } from '../../worker/schedule/tasks/roll-up-insights.ts'
import { databaseOf, type DatabaseUrls } from '../database.ts'
import type { History } from './history.ts'
import { keepOnline } from './keep-online.ts'
import { writeHistory } from './write.ts'

/**
 * Adds the history to the dev stack's database, and lets some of its people be online. It is added
 * once in its life: what a developer has changed since stays changed. Insights are counted at once,
 * so that the first look at them shows something.
 * @param signal ends it in the middle; it takes longer than Ctrl-C waits
 * @param turn whose turn it always is to be online
 * @returns the history, if it was added just now, and what ends that people are online
 */
export async function addHistory(
  { name, workerUrl }: Pick<DatabaseUrls, 'name' | 'workerUrl'>,
  superuserUrl: string,
  signal: AbortSignal,
  turn?: number,
): Promise<AddedHistory> {
  const url = databaseOf(superuserUrl, name)
  const written = await writeHistory(url, { signal })
  if (written !== null) await rollUp(workerUrl, signal)
  return { history: written?.history ?? null, stop: await keepOnline(url, turn) }
}

/** What the rest of the stack needs of it. */
interface AddedHistory {
  readonly history: History | null
  readonly stop: () => Promise<void>
}

/** What is not counted when it is cut off, the worker counts later. */
async function rollUp(workerUrl: string, signal: AbortSignal): Promise<void> {
  const deadlines = limits.deadlines.background
  const database = openDatabase({ url: workerUrl, poolSize: 1, deadlines })
  await runTask(database, rollUpInsights, { signal, pauseMs: 0 }).finally(() => database.close())
}

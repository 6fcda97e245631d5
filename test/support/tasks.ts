import { onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { limits } from '../../src/limits.ts'
import { type Ran, type RunOptions, runTask } from '../../src/worker/schedule/run.ts'
import type { TaskName } from '../../src/worker/schedule/task.ts'
import { tasks } from '../../src/worker/schedule/tasks.ts'
import type { TestService } from './test-service.ts'

/** The database as a worker has it, closed when the test is over. */
export function openWorkerDatabase({ database }: Pick<TestService, 'database'>): Database {
  const { background } = limits.deadlines
  const opened = openDatabase({ url: database.workerUrl, poolSize: 3, deadlines: background })
  onTestFinished(() => opened.close())
  return opened
}

/** Runs one task of the worker to its end, without pauses; null when somebody is at it. */
export function work(
  app: Pick<TestService, 'database'>,
  name: TaskName,
  options: RunOptions = {},
): Promise<Ran | null> {
  return runTask(openWorkerDatabase(app), taskOf(name), { pauseMs: 0, ...options })
}

/** How many rows a task has changed, moved or removed. */
export async function swept(...run: Parameters<typeof work>): Promise<number> {
  const ran = await work(...run)
  if (ran?.outcome !== 'done') throw new Error(`The task ended as ${ran?.outcome ?? 'busy'}.`)
  return ran.rows
}

export function taskOf(name: TaskName): (typeof tasks)[number] {
  const task = tasks.find((each) => each.name === name)
  if (task === undefined) throw new Error(`There is no task ${name}.`)
  return task
}

/** What the database's clock says, in whole milliseconds. */
export async function databaseNow({ admin }: Pick<TestService, 'admin'>): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('select clock_timestamp() as now')
  return new Date(Math.floor(rows[0]?.now.getTime() ?? NaN))
}

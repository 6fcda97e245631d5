import { limits } from '../../limits.ts'
import type { Ran } from '../../worker/schedule/run.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { explain } from './problems.ts'
import { inFull } from './progress.ts'
import { withWorkerDatabase } from './service-database.ts'

/** What was typed after `worker --once`. */
interface OnceWords {
  /** The task; true when none was named. */
  readonly once: string | true
  readonly json?: true
  readonly data?: string
}

/** `worker --once`: runs one task to its end, or lists them when none is named. */
export async function runOnce(host: Host, words: OnceWords): Promise<ExitCode> {
  const { tasks } = await import('../../worker/schedule/tasks.ts')
  if (words.once === true) {
    host.print(words.json === true ? JSON.stringify(listed(tasks)) : describeTasks(tasks))
    return exitCodes.done
  }
  const task = tasks.find(({ name }) => name === words.once)
  if (task === undefined) {
    const names = tasks.map(({ name }) => name).join(', ')
    host.complain(`--once: there is no task ${words.once}. Tasks: ${names}.`)
    return exitCodes.misused
  }
  const [{ runTask, TaskFailure }, { readWorkerConfig }] = await Promise.all([
    import('../../worker/schedule/run.ts'),
    import('../../config/worker-config.ts'),
  ])
  const settings = readWorkerConfig(host.env)
  return withWorkerDatabase(host, words.data, async (database) => {
    const told = new AbortController()
    host.onEnd(() => {
      told.abort()
    })
    try {
      const ran = await runTask(database, task, { signal: told.signal, settings })
      host.print(words.json === true ? JSON.stringify(toJson(task.name, ran)) : describe(task, ran))
      return ran?.outcome === 'done' ? exitCodes.done : exitCodes.failed
    } catch (error) {
      return explain(error instanceof TaskFailure ? error.cause : error, host)
    }
  })
}

interface Named {
  readonly name: keyof typeof limits.tasks.everyMinutes
  readonly description: string
}

const listed = (tasks: readonly Named[]) =>
  tasks.map(({ name, description }) => ({
    task: name,
    description,
    everyMinutes: limits.tasks.everyMinutes[name],
  }))

function describeTasks(tasks: readonly Named[]): string {
  const width = Math.max(...tasks.map(({ name }) => name.length))
  return tasks.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n')
}

function toJson(task: string, ran: Ran | null) {
  const { outcome = 'busy', rows = 0, durationMs = 0 } = ran ?? {}
  return { task, outcome, rows, durationMs: Math.round(durationMs) }
}

function describe({ name }: Named, ran: Ran | null): string {
  if (ran === null) return `${name}: another worker is running it. Nothing was done here.`
  const { rows, durationMs, outcome } = ran
  const done = `${inFull(rows)} ${rows === 1 ? 'row' : 'rows'} in ${(durationMs / 1_000).toFixed(2)} s`
  switch (outcome) {
    case 'done':
      return `${name}: ${done}`
    case 'interrupted':
      return `${name}: ${done}, then interrupted. The next run continues from here.`
    case 'taken over':
      return `${name}: ${done}. Another worker took it over and continues.`
  }
}

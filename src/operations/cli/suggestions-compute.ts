import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import { sql } from '../../database/sql.ts'
import { limits } from '../../limits.ts'
import type { Ran } from '../../worker/schedule/run.ts'
import type { Task, TaskSettings } from '../../worker/schedule/task.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { explain } from './problems.ts'
import { inFull, showProgress } from './progress.ts'
import { withWorkerDatabase } from './service-database.ts'
import type { ComputeWords } from './suggestions.ts'

/** What became of it. `busy`: another process is computing. `missing`: a person does not exist. */
interface Computed {
  readonly outcome: Ran['outcome'] | 'busy' | 'missing'
  readonly people: number
}

/** `suggestions compute`: of these people, or of all who want it, as the worker's tasks do. */
export async function computeNow(host: Host, words: ComputeWords): Promise<ExitCode> {
  if (words.all === true && words.person !== undefined) {
    host.complain('--all and --person cannot be used together.')
    return exitCodes.misused
  }
  const { readWorkerConfig } = await import('../../config/worker-config.ts')
  const settings = readWorkerConfig(host.env)
  const { TaskFailure } = await import('../../worker/schedule/run.ts')
  return withWorkerDatabase(host, words.data, async (database) => {
    const begun = performance.now()
    try {
      const done =
        words.person === undefined
          ? await computeAll(host, database, settings, words.all === true)
          : await computeThese(database, settings, words.person)
      const seconds = (performance.now() - begun) / 1_000
      host.print(
        words.json === true
          ? JSON.stringify({ ...done, seconds: Number(seconds.toFixed(3)) })
          : describe(done, seconds),
      )
      return done.outcome === 'done' ? exitCodes.done : exitCodes.failed
    } catch (error) {
      return explain(error instanceof TaskFailure ? error.cause : error, host)
    }
  })
}

async function computeThese(
  database: Database,
  { suggestionWeights }: TaskSettings,
  given: readonly string[],
): Promise<Computed> {
  const people = [...new Set(given)]
  let computed = 0
  // As many at once as a batch of the worker has at first.
  const part = limits.tasks.suggestions.peopleAtFirst
  for (let from = 0; from < people.length; from += part) {
    const [stored] = await database
      .as({ kind: 'worker' })
      .write((tx) =>
        tx.last(
          tx.rows<{ stored: number }>(
            'suggestions.store',
            sql`select store_suggestions(${people.slice(from, from + part)}::uuid[], ${suggestionWeights}::float8[]) as stored`,
          ),
        ),
      )
    computed += stored?.stored ?? 0
  }
  return { outcome: computed === people.length ? 'done' : 'missing', people: computed }
}

/** Runs both tasks beside each other to their end. */
async function computeAll(
  host: Host,
  database: Database,
  settings: TaskSettings,
  isAll: boolean,
): Promise<Computed> {
  const [{ runTask }, { computeSuggestions, computeUpperSuggestions, everybody, shareDone }] =
    await Promise.all([
      import('../../worker/schedule/run.ts'),
      import('../../worker/schedule/tasks/compute-suggestions.ts'),
    ])
  const told = new AbortController()
  host.onEnd(() => {
    told.abort()
  })
  const progress = showProgress(host)
  const positions: (string | null)[] = [everybody, everybody]
  let people = 0
  const options = { signal: told.signal, settings, ...(isAll ? { from: everybody } : {}) }
  const run = (task: Task, half: number) =>
    patiently(told.signal, () =>
      runTask(database, task, {
        ...options,
        onBatch: ({ rows, next }) => {
          people += rows
          positions[half] = next
          // How many there are in all is known when they have been looked at.
          const share = shareDone(positions)
          progress.reach('compute', people, share === 0 ? people : Math.round(people / share))
        },
      }),
    )
  const ran = await Promise.all([computeSuggestions, computeUpperSuggestions].map(run)).finally(
    progress.end,
  )
  const outcomes = ran.map((half) => half?.outcome ?? 'busy')
  return { outcome: outcomes.find((outcome) => outcome !== 'done') ?? 'done', people }
}

/** Waits for the lease of a process that was killed; one that lives keeps its lease. */
async function patiently(signal: AbortSignal, run: () => Promise<Ran | null>): Promise<Ran | null> {
  const until = performance.now() + limits.tasks.leaseMs + 2_000
  for (;;) {
    const ran = await run()
    if (ran !== null || signal.aborted || performance.now() > until) return ran
    await sleep(1_000, undefined, { signal }).catch(() => undefined)
  }
}

function describe({ outcome, people }: Computed, seconds: number): string {
  const done = `${inFull(people)} ${people === 1 ? 'person' : 'people'} in ${seconds.toFixed(1)} s`
  switch (outcome) {
    case 'done':
      return `Computed: ${done}.`
    case 'interrupted':
      return `Interrupted after ${done}. The next run continues from here.`
    case 'taken over':
      return `Computed: ${done}. Another process took it over and continues.`
    case 'busy':
      return `Computed: ${done}. Another process is computing the others.`
    case 'missing':
      return `Computed: ${done}. The other ids are of nobody.`
  }
}

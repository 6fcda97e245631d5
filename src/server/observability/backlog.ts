import type { Database } from '../../database/database.ts'
import { inTime } from '../../database/deadlines.ts'
import { sql } from '../../database/sql.ts'
import { databaseUnavailable } from '../../graphql/errors.ts'

/** For so many milliseconds an answer is good; so long a scrape waits for one. */
const patience = { cachedMs: 10_000, answerMs: 1_000 }

/** What waits for the worker, and what it has done. Counts end at 100,000. */
export interface Backlog {
  /** Events that are due and not dispatched, and the age of the oldest; 0 when there is none. */
  readonly waiting: number
  readonly oldestSeconds: number
  /** Deliveries that are not over, and those that were given up. */
  readonly pending: number
  readonly dead: number
  /** Webhook endpoints. */
  readonly enabled: number
  readonly disabled: number
  /** Workers that were seen within a minute. */
  readonly workers: number
  /** Since when none was seen; null where none has ever run. */
  readonly seenSeconds: number | null
  /** Age of the oldest stored suggestions; null where none are stored. */
  readonly oldestSuggestionsSeconds: number | null
  /** The last run of each task that was ever done. */
  readonly tasks: readonly TaskRun[]
}

interface TaskRun {
  readonly name: string
  /** When it ended, in seconds since 1970. */
  readonly finishedAt: number
  readonly durationSeconds: number
  readonly rows: number
  readonly failed: boolean
}

/**
 * What waits for the worker. Postgres is asked at most once in ten seconds, however many ask for
 * metrics, with one statement, and by a connection on which no request waits.
 * @returns what gives it: null while the database does not answer
 */
export function backlogOf(database: Database): () => Promise<Backlog | null> {
  let asked = { at: -Infinity, backlog: Promise.resolve<Backlog | null>(null) }
  return () => {
    const now = performance.now()
    if (now - asked.at >= patience.cachedMs) asked = { at: now, backlog: ask(database) }
    return asked.backlog
  }
}

async function ask(database: Database): Promise<Backlog | null> {
  const session = database.probe
  try {
    const answer = session.read.rows<Backlog>(
      'metrics.backlog',
      sql`
        select backlog.waiting, backlog.oldest_seconds as "oldestSeconds", backlog.pending, backlog.dead, backlog.enabled,
               backlog.disabled, backlog.workers, backlog.seen_seconds as "seenSeconds",
               oldest_suggestions() as "oldestSuggestionsSeconds",
               (select coalesce(json_agg(json_build_object(
                         'name', name,
                         'finishedAt', extract(epoch from last_finished_at),
                         'durationSeconds', last_duration_ms / 1000.0,
                         'rows', last_rows,
                         'failed', last_outcome = 'failed') order by name), '[]')
                  from worker_tasks where last_finished_at is not null) as tasks
          from event_backlog() as backlog`,
    )
    const [backlog] = await inTime(answer, patience.answerMs, () => databaseUnavailable('silent'))
    return backlog ?? null
  } catch {
    return null
  } finally {
    void session.finish().catch(() => undefined)
  }
}

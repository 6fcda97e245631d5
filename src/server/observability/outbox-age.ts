import type { Database } from '../../database/database.ts'
import { inTime } from '../../database/deadlines.ts'
import { sql } from '../../database/sql.ts'
import { databaseUnavailable } from '../../graphql/errors.ts'

/** For so many milliseconds an answer is good; so long a scrape waits for one. */
const patience = { cachedMs: 10_000, answerMs: 1_000 }

/**
 * How long the oldest event waits in the outbox. Postgres is asked at most once in ten seconds,
 * however many ask for metrics, and by a connection on which no request waits.
 * @returns what gives the seconds: 0 when nothing waits, null while the database does not answer
 */
export function outboxAge(database: Database): () => Promise<number | null> {
  let asked = { at: -Infinity, age: Promise.resolve<number | null>(null) }
  return () => {
    const now = performance.now()
    if (now - asked.at >= patience.cachedMs) asked = { at: now, age: ask(database) }
    return asked.age
  }
}

async function ask(database: Database): Promise<number | null> {
  const session = database.probe
  try {
    const answer = session.read.rows<{ seconds: number }>(
      'metrics.outbox',
      // The version rises with time and has an index: one row is read, however many wait.
      sql`select extract(epoch from clock_timestamp() - created_at)::float8 as seconds
            from outbox order by version limit 1`,
    )
    const [oldest] = await inTime(answer, patience.answerMs, () => databaseUnavailable('silent'))
    return Math.max(0, oldest?.seconds ?? 0)
  } catch {
    return null
  } finally {
    void session.finish().catch(() => undefined)
  }
}

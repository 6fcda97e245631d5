import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../../database/database.ts'
import { inTime } from '../../database/deadlines.ts'
import { databaseUnavailable } from '../../graphql/errors.ts'
import type { Estimate, Figure } from '../../modules/insights/figure.ts'
import { readLatestInsights } from '../../modules/insights/service.ts'

/**
 * For so many milliseconds an answer is good, as days change once a day; a failure is for fewer. So
 * long a scrape waits for one.
 */
const patience = { cachedMs: 300_000, failedMs: 10_000, answerMs: 1_000 }

const days = 30
const dayMs = 86_400_000

/**
 * Adds the figures of rule 14, each of the last 30 days that are complete for it, out of roll-ups.
 * A figure that is not told is missing, and all are while Postgres does not answer.
 */
export function addInsightMetrics(registry: Registry, database: Database): void {
  const figures = latestOf(database)
  const gauge = (about: { name: string; help: string }, which: keyof Estimate) =>
    new Gauge({
      ...about,
      labelNames: ['figure'],
      registers: [registry],
      async collect() {
        const found = await figures()
        this.reset()
        for (const { name, [which]: value } of found)
          if (value !== null) this.set({ figure: name }, value)
      },
    })
  gauge(
    {
      name: 'connections_insight',
      help: 'How healthy the graph is: a figure over the last 30 days that are complete for it. Absent for fewer than 10 people.',
    },
    'value',
  )
  gauge(
    { name: 'connections_insight_low', help: 'The lower end of the 95 % interval of a figure.' },
    'low',
  )
  gauge(
    { name: 'connections_insight_high', help: 'The upper end of the 95 % interval of a figure.' },
    'high',
  )
  gauge(
    {
      name: 'connections_insight_n',
      help: 'How many requests, people and so on a figure is about.',
    },
    'n',
  )
}

/** What gives the figures, however many ask; none while Postgres does not answer. */
function latestOf(database: Database): () => Promise<readonly Figure[]> {
  let asked = { at: -Infinity, goodMs: 0, figures: Promise.resolve<readonly Figure[]>([]) }
  return () => {
    const now = performance.now()
    if (now - asked.at < asked.goodMs) return asked.figures
    const fresh = { at: now, goodMs: patience.cachedMs, figures: asked.figures }
    fresh.figures = ask(database).then((figures) => {
      if (figures === null) fresh.goodMs = patience.failedMs
      return figures ?? []
    })
    asked = fresh
    return fresh.figures
  }
}

async function ask(database: Database): Promise<readonly Figure[] | null> {
  const session = database.probe
  try {
    const today = new Date(Math.floor(Date.now() / dayMs) * dayMs)
    const answer = readLatestInsights(session, today, days)
    return await inTime(answer, patience.answerMs, () => databaseUnavailable('silent'))
  } catch {
    return null
  } finally {
    void session.finish().catch(() => undefined)
  }
}

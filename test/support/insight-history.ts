import { readFileSync } from 'node:fs'
import { openDatabase } from '../../src/database/database.ts'
import { limits } from '../../src/limits.ts'
import type { Figure, FigureName, Insights } from '../../src/modules/insights/figure.ts'
import { computeInsights, readInsights } from '../../src/modules/insights/service.ts'
import { runTask } from '../../src/worker/schedule/run.ts'
import { rollUpInsights } from '../../src/worker/schedule/tasks/roll-up-insights.ts'
import { awayFromMidnight } from './midnight.ts'
import type { TestService } from './test-service.ts'

/** The days of insight-history.sql, which ends yesterday. */
export const historyDays = 130

/** Fills the database with 130 days of 520 people. What is counted of it is so until midnight. */
export async function writeHistory({ admin }: Pick<TestService, 'admin'>): Promise<void> {
  await awayFromMidnight(60)
  await admin.query(readFileSync(new URL('insight-history.sql', import.meta.url), 'utf8'))
}

/** Runs the worker's task to its end; also before the tests of a file. */
export async function rollUp({ database }: Pick<TestService, 'database'>): Promise<void> {
  const { background } = limits.deadlines
  const opened = openDatabase({ url: database.workerUrl, poolSize: 2, deadlines: background })
  try {
    await runTask(opened, rollUpInsights, { pauseMs: 0 })
  } finally {
    await opened.close()
  }
}

/** The midnight in UTC so many days before today's, by the database's clock. */
export async function daysAgo({ admin }: Pick<TestService, 'admin'>, days: number): Promise<Date> {
  const { rows } = await admin.query<{ day: Date }>(
    `select (date_trunc('day', now() at time zone 'UTC') - make_interval(days => $1)) at time zone 'UTC' as day`,
    [days],
  )
  return rows[0]?.day ?? new Date(NaN)
}

/** What services read of a period, by name; `direct`: computed out of the tables. */
export async function insightsOf(
  { server }: Pick<TestService, 'server'>,
  from: Date,
  to: Date,
  way: 'rolled up' | 'direct' = 'rolled up',
): Promise<Omit<Insights, 'figures'> & { readonly figures: Record<FigureName, Figure> }> {
  const session = server.database.as({ kind: 'service', name: 'test' })
  try {
    const read = way === 'direct' ? computeInsights : readInsights
    const { figures, ...about } = await read(session, from, to)
    return {
      ...about,
      figures: Object.fromEntries(figures.map((one) => [one.name, one])) as Record<
        FigureName,
        Figure
      >,
    }
  } finally {
    await session.finish()
  }
}

import { openDatabase } from '../../../src/database/database.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { limits } from '../../../src/limits.ts'
import { computeInsights, readInsights } from '../../../src/modules/insights/service.ts'
import { runTask } from '../../../src/worker/schedule/run.ts'
import { rollUpInsights } from '../../../src/worker/schedule/tasks/roll-up-insights.ts'
import { openDataset } from '../dataset.ts'

const dayMs = 86_400_000
const rounds = 40

/**
 * `npm run bench -- insights`: rolls a year of a million people up, reads it from the roll-ups, and
 * computes it from the tables, which must be the same.
 */
export async function measureInsights(
  postgres: RunningPostgres,
  say: (line: string) => void,
): Promise<void> {
  const size = { users: 1_000_000, friends: 0, followers: 0 }
  const dataset = await openDataset(postgres, size, say, 'insights/dataset.sql')
  const { background } = limits.deadlines
  const deadlines = { ...background, statementMs: 900_000, idleMs: 900_000 }
  const worker = openDatabase({ url: dataset.workerUrl, poolSize: 2, deadlines: background })
  const direct = openDatabase({ url: dataset.loginUrl, poolSize: 2, deadlines })
  const service = openDatabase({ url: dataset.loginUrl, poolSize: 2 })
  const to = new Date(Math.floor(Date.now() / dayMs) * dayMs)
  const from = new Date(to.getTime() - 365 * dayMs)
  try {
    const ran = await runTask(worker, rollUpInsights)
    say(`\nroll-up: ${String(ran?.rows)} rows in ${seconds(ran?.durationMs ?? NaN)}`)

    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const session = service.as({ kind: 'service', name: 'bench' })
      const begun = performance.now()
      await readInsights(session, from, to)
      times.push(performance.now() - begun)
      await session.finish()
    }
    times.sort((one, other) => one - other)
    const [p50 = NaN, p95 = NaN] = [times[rounds / 2], times[Math.floor(rounds * 0.95)]]
    say(`a year from roll-ups: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (at most 300 ms)`)

    const session = direct.as({ kind: 'service', name: 'bench' })
    const begun = performance.now()
    const rolledUp = await readInsights(session, from, to)
    const computed = await computeInsights(session, from, to)
    await session.finish()
    say(`a year from the tables: ${seconds(performance.now() - begun)}\n`)
    for (const [place, { name, value, n, low, high }] of rolledUp.figures.entries()) {
      const other = computed.figures[place]?.value
      const apart = Math.abs(Number(value) / Number(other) - 1)
      const most = name === 'medianTimeToRespond' ? 0.05 : 1e-9
      const verdict = apart <= most ? '' : '  NOT THE SAME'
      if (verdict !== '' || p95 > 300) process.exitCode = 1
      const numbers = [value, low, high].map((number) => number?.toPrecision(6).padStart(9))
      say(
        `${name.padEnd(26)} ${numbers.join(' ')}  n ${String(n)}  apart ${apart.toExponential(1)}${verdict}`,
      )
    }
  } finally {
    await Promise.all([worker.close(), direct.close(), service.close()])
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

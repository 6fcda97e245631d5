import { afterEach, describe, expect, it, vi } from 'vitest'
import { daysAgo, insightsOf, rollUp, writeHistory } from '../../support/insight-history.ts'
import { openIsolatedTestService, type TestService } from '../../support/test-service.ts'

async function scrape({ server }: TestService): Promise<ReadonlyMap<string, number>> {
  const { body } = await server.app.inject('/metrics')
  const lines = body.split('\n').filter((line) => line.startsWith('connections_insight'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(/\S+$/.exec(line)?.[0])]),
  )
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('insights in /metrics', () => {
  it('are those of the last 30 days that are complete for each figure', async () => {
    const app = await openIsolatedTestService({ NODE_ENV: 'production' })
    await writeHistory(app)
    await rollUp(app)
    const shown = await scrape(app)
    for (const [name, from, to] of [
      ['activePeople', 30, 0],
      ['inviteAcceptanceOfFriends', 44, 14],
    ] as const) {
      const period = [await daysAgo(app, from), await daysAgo(app, to)] as const
      const { value, n, low, high } = (await insightsOf(app, ...period)).figures[name]
      expect(n).not.toBeNull()
      for (const [metric, number] of Object.entries({ '': value, _n: n, _low: low, _high: high }))
        expect(shown.get(`connections_insight${metric}{figure="${name}"}`)).toBeCloseTo(
          Number(number),
          9,
        )
    }
    // Of those who joined three months ago, though the last 30 days know nothing of them.
    expect(shown.get('connections_insight_n{figure="threeFriendsByMonthThree"}')).toBeGreaterThan(
      10,
    )
  })

  it('are absent where nothing is counted, and asked for once in five minutes', async () => {
    const app = await openIsolatedTestService({ NODE_ENV: 'production' })
    expect((await scrape(app)).size).toBe(0)
    await app.admin.query(
      `insert into insight_rollups (measure, first_day, last_day, people, sums)
       select 'activePeople', day, day, 12, '{"days": 1, "active": 12, "squares": 144}'
         from (select (now() at time zone 'UTC')::date - 1 as day) as yesterday`,
    )
    expect((await scrape(app)).size).toBe(0)
    const later = performance.now() + 300_001
    vi.spyOn(performance, 'now').mockReturnValue(later)
    // Of a single day there is no interval.
    expect([...(await scrape(app))]).toEqual([
      ['connections_insight{figure="activePeople"}', 12],
      ['connections_insight_n{figure="activePeople"}', 1],
    ])
  })
})

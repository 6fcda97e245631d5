import { beforeAll, describe, expect, it } from 'vitest'
import { figures } from '../../../src/modules/insights/figures.ts'
import {
  daysAgo,
  historyDays,
  insightsOf,
  rollUp,
  writeHistory,
} from '../../support/insight-history.ts'
import { openTestService } from '../../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const names = figures.map(({ about }) => about.name)
const Insights = `query ($from: DateTime!, $to: DateTime!) { socialInsights(from: $from, to: $to) {
  from to step completeUntil ${names.map((name) => `${name} { ...Insight }`).join(' ')}
} }
fragment Insight on SocialInsight {
  title definition unit value n of low high method target countedFrom countedTo points { day value n low high }
}`

const ask = (from: string, to: string, asker = app.service) => asker.ask(Insights, { from, to })
const [from, to] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']

describe('insights', () => {
  beforeAll(async () => {
    await writeHistory(app)
    await rollUp(app)
  })

  it('are for services: people and the anonymous are refused', async () => {
    const [alice] = await app.people('alice')
    const codes = async (asker: typeof app.service) =>
      (await ask(from, to, asker)).errors.map(({ extensions }) => extensions.code)
    expect(await codes(alice)).toEqual(['FORBIDDEN'])
    expect(await codes(app.nobody)).toEqual(['UNAUTHENTICATED'])
    expect(await codes(app.service)).toEqual([])
  })

  it('are answered by one statement, every figure in its field, four times alike', async () => {
    const period = [await daysAgo(app, historyDays), await daysAgo(app, 0)] as const
    const [begin, end] = period.map((day) => day.toISOString())
    const { figures: read } = await insightsOf(app, ...period)
    const answers = []
    for (let time = 0; time < 4; time++) answers.push(await ask(begin ?? '', end ?? ''))
    const [first, ...others] = answers
    expect(others.map(({ body }) => body)).toEqual(others.map(() => first?.body))
    expect(first?.statements).toEqual(['insights.rollups'])
    for (const name of names) {
      const { counted, ...figure } = read[name]
      expect({ name, ...first?.data.socialInsights[name] }).toEqual({
        ...figure,
        countedFrom: counted?.from.toISOString(),
        countedTo: counted?.to.toISOString(),
      })
    }
  })

  it('are untold where nothing is counted', async () => {
    const { data } = await ask('2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z')
    expect(data.socialInsights.completeUntil).toBeNull()
    expect(data.socialInsights.retentionLift).toMatchObject({ value: null, n: null, low: null })
    expect(data.socialInsights.retentionLift.points).toHaveLength(31)
  })

  it.each([
    [
      '2026-01-01T00:00:01Z',
      to,
      '`from` must be a midnight in UTC (got 2026-01-01T00:00:01.000Z).',
    ],
    [
      from,
      '2026-02-01T00:00:00+01:00',
      '`to` must be a midnight in UTC (got 2026-01-31T23:00:00.000Z).',
    ],
    [
      from,
      from,
      '`to` must be at least one day after `from`, 2026-01-01T00:00:00.000Z (got 2026-01-01T00:00:00.000Z).',
    ],
    [
      to,
      from,
      '`to` must be at least one day after `from`, 2026-02-01T00:00:00.000Z (got 2026-01-01T00:00:00.000Z).',
    ],
    ['0000-12-31T00:00:00Z', to, '`from` must lie in the years 1 to 9999 (UTC).'],
    [from, '9999-12-31T23:00:00-01:00', '`to` must lie in the years 1 to 9999 (UTC).'],
    ['2020-01-01T00:00:00Z', to, '`to` may be at most 1827 days after `from` (got 2223).'],
  ])('are refused from %s to %s', async (begin, end, message) => {
    const { errors } = await ask(begin, end)
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

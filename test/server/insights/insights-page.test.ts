import { describe, expect, it } from 'vitest'
import type { Figure } from '../../../src/modules/insights/figure.ts'
import { drawChart } from '../../../src/server/insights/chart.ts'
import { verdictOf } from '../../../src/server/insights/criteria.ts'
import { insightsCsv } from '../../../src/server/insights/csv.ts'
import { html } from '../../../src/server/insights/html.ts'
import { insightsPage } from '../../../src/server/insights/page.ts'
import { sectionsOf } from '../../../src/server/insights/sections.ts'
import { inShort, intervalInWords, inWords } from '../../../src/server/insights/words.ts'
import { nothing, sampleInsights } from '../../support/sample-insights.ts'

// What the page says about figures, whatever they come from.

const pageOf = (...sample: Parameters<typeof sampleInsights>) =>
  insightsPage(sampleInsights(...sample), drawChart)

const withoutTags = (markup: string) =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

const wordsOf = (page: string, name: string) =>
  withoutTags(new RegExp(`<article id="${name}"[^]*?</article>`).exec(page)?.[0] ?? '')

describe('the page of insights', () => {
  it('has a chart, n, an interval, a table and a CSV link for every figure', async () => {
    const page = await pageOf(30)
    const { figures } = sampleInsights(30)
    for (const figure of figures) {
      const words = wordsOf(page, figure.name)
      expect(words).toContain(`n = 1,234 ${figure.of}`)
      expect(words).toContain(inWords(figure, figure.value ?? 0))
      expect(words).toMatch(/Between .+ and /)
      expect(words).toContain(figure.method)
      expect(words).toContain('30 days as a table')
      expect(page).toContain(`id="${figure.name}-chart-title"`)
      expect(page).toContain(`href="insights/${figure.name}.csv?from=`)
    }
    expect(page.match(/role="img"/g)).toHaveLength(figures.length)
    expect(page.match(/<desc /g)).toHaveLength(figures.length)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([])
  })

  it('puts each figure in a section of its own kind', () => {
    const { figures } = sampleInsights(1)
    const sections = sectionsOf(figures)
    expect(sections.map(({ title }) => title)).not.toContain('Others')
    const some = sectionsOf(
      figures.map((figure) => ({ ...figure, value: figure.name === 'activePeople' ? null : 1 })),
    )
    expect(some[0]?.figures.at(-1)?.name).toBe('activePeople')
    const shown = sections.flatMap((section) => section.figures.map(({ name }) => name))
    expect(shown.toSorted()).toEqual(figures.map(({ name }) => name).toSorted())
  })

  it('says which success criteria are met', async () => {
    const values = new Map([
      ['threeFriendsByMonthThree', 0.5],
      ['inviteAcceptanceLift', 0.1],
    ])
    const page = await pageOf(3, ({ name }) => {
      const value = values.get(name)
      return value === undefined ? nothing : { value, low: value - 0.02, high: value + 0.02 }
    })
    const row = /<ul class="criteria">[^]*?<\/ul>/.exec(page)?.[0] ?? ''
    expect(page).toContain('not known of 3 days')
    expect(withoutTags(row)).toBe(
      '✓ Met 50% At least 40% of people have 3 friends or more by month 3 ' +
        '✗ Not met +10% Friends accept game invites at least 20% more often than others do ' +
        '? Not known yet After a block, reports within the pair drop by at least 60%',
    )
  })

  it('shows no number of a figure that is about fewer than 10 people', async () => {
    const page = await pageOf(5, ({ points }) => ({
      ...nothing,
      points: points.map(({ day }) => ({ day, ...nothing })),
    }))
    expect(page).toContain('Nothing to show yet.')
    expect(page).not.toContain('class="chart"')
    expect(page).not.toContain('n = ')
    expect(wordsOf(page, 'requestAcceptance')).toContain('fewer than 10 people')
    expect(page).not.toContain('<table>')
  })

  it('says up to when it is complete, and which days a figure counts', async () => {
    const { from, to } = sampleInsights(30)
    const until = new Date(to.getTime() - 14 * 86_400_000)
    const page = await pageOf(30, ({ name }) => ({
      counted: { from, to: name === 'requestAcceptance' ? until : to },
    }))
    expect(page).toMatch(/Figures up to \d+ \w+ \d{4}\./)
    expect(wordsOf(page, 'requestAcceptance')).toMatch(/Counts .+; later days are not complete/)
    expect(wordsOf(page, 'activePeople')).not.toContain('Counts')
  })

  it('escapes what it is given', async () => {
    const evil = `<script>alert("1")</script>' onload='x`
    const page = await pageOf(3, () => ({ title: evil, definition: evil, method: evil, of: evil }))
    expect(page).not.toContain('<script')
    expect(page).not.toMatch(/<[^>"]*("[^"]*"[^>"]*)* onload=/)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)')
    expect(html`<p title="${evil}">${evil}</p>`.text).not.toContain('<script')
  })
})

describe('a verdict', () => {
  it.each([
    [0.5, 0.45, 0.55, 'met'],
    [0.4, 0.4, 0.5, 'met'],
    [0.42, 0.38, 0.46, 'likely met'],
    [0.38, 0.34, 0.42, 'likely not met'],
    [0.3, 0.25, 0.35, 'not met'],
    [0.5, null, null, 'likely met'],
    [0.3, null, null, 'likely not met'],
    [null, null, null, 'not known yet'],
  ])(
    'on %s, of an interval from %s to %s, for a target of 0.4 is: %s',
    (value, low, high, verdict) => {
      expect(verdictOf({ value, low, high, target: 0.4 } as Figure)).toBe(verdict)
    },
  )
})

describe('a value in words', () => {
  it.each([
    ['requestAcceptance', 'SHARE', 0.4623, '46.2%', '46.2%'],
    ['inviteAcceptanceLift', 'SHARE', 0.2, '+20%', '+20%'],
    ['inviteAcceptanceLift', 'SHARE', -0.2, '-20%', '-20%'],
    ['inviteAcceptanceLift', 'SHARE', 0, '0%', '0%'],
    ['meanTimeToRespond', 'SECONDS', 0.2, '0 seconds', '0 s'],
    ['meanTimeToRespond', 'SECONDS', 59.7, '1 minute', '1 min'],
    ['meanTimeToRespond', 'SECONDS', 7_199.9, '2 hours', '2 h'],
    ['meanTimeToRespond', 'SECONDS', 104_400, '1 day 5 hours', '1 d 5 h'],
    ['blocksPerThousandActive', 'PER_THOUSAND', 2.71, '2.7 per 1,000', '2.7'],
    ['blocksPerThousandActive', 'PER_THOUSAND', 0.0271, '0.03 per 1,000', '0.03'],
    ['activePeople', 'PEOPLE', 1_480.4, '1,480 people', '1,480'],
  ] as const)('of %s in %s, %s: %s', (name, unit, value, long, short) => {
    const figure = { name, unit }
    expect([inWords(figure, value), inShort(figure, value)]).toEqual([long, short])
  })

  it('names its unit once in an interval', () => {
    const people = { name: 'activePeople', unit: 'PEOPLE' } as const
    expect(intervalInWords(people, 12, 15)).toBe('between 12 and 15 people')
    expect(intervalInWords(people, 12, null)).toBe('at least 12 people')
    expect(intervalInWords(people, null, 15)).toBe('at most 15 people')
    expect(intervalInWords(people, null, null)).toBe('no interval')
  })
})

describe('CSV', () => {
  it('holds no formula and breaks no row, whatever a text says', () => {
    const insights = sampleInsights(1)
    const [first] = insights.figures as [Figure]
    for (const title of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', 'a,"b"\r\n=c']) {
      const csv = insightsCsv(insights, [{ ...first, title }])
      expect(csv.split('\r\n')[1]).toMatch(/^activePeople,("?')|(^activePeople,"a)/)
    }
    expect(insightsCsv(insights, [{ ...first, value: -0.25 }])).toContain(',-0.25,')
  })
})

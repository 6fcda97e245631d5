import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { drawChart } from '../../../src/server/insights/chart.ts'
import { failurePage, insightsPage } from '../../../src/server/insights/page.ts'
import { axe } from '../../kit/ui/harness/looks.ts'
import { nothing, sampleInsights } from '../../support/sample-insights.ts'
import { skipWithoutChromium, useChromium } from '../../support/use-chromium.ts'

// The page of insights in Debian's Chromium: what axe finds, and whether it fits every screen.

const pages = {
  'with everything': await insightsPage(sampleInsights(3), drawChart),
  'with nothing': await insightsPage(
    sampleInsights(3, () => ({ ...nothing, counted: null, points: [] })),
    drawChart,
  ),
  'of a failure': failurePage('Insights are not available now', 'Try again later.'),
}

/** A desk, a telephone, tablets, a desk at 200 % zoom, and large letters. */
const screens = [
  [1360, 900, 16],
  [390, 844, 16],
  [768, 1024, 16],
  [1024, 768, 16],
  [680, 450, 16],
  [1360, 900, 24],
  [390, 844, 24],
] as const
const usual = screens.slice(0, 2)

describe('the page of insights', () => {
  const chromium = useChromium()
  beforeEach(skipWithoutChromium)

  it.each(['light', 'dark'] as const)(
    'has no fault that axe knows, asks for nothing and fits every screen: %s',
    async (colorScheme) => {
      const context = await chromium.browser.newContext({ colorScheme })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      const browser = await context.newCDPSession(page)
      await browser.send('Page.enable')
      for (const [kind, html] of Object.entries(pages)) {
        await page.setContent(html)
        await page.evaluate(
          `for (const each of document.querySelectorAll('details')) each.open = true`,
        )
        const isFull = kind === 'with everything'
        for (const [width, height, letters] of isFull ? screens : usual) {
          await page.setViewportSize({ width, height })
          await browser.send('Page.setFontSizes', { fontSizes: { standard: letters, fixed: 13 } })
          const found = await axe(page)
          // Only tables may be wider than they have room, and scroll in themselves.
          const wide = await page.evaluate('document.scrollingElement.scrollWidth')
          const right = { kind, letters, wide: width, found: [] }
          expect({ kind, letters, wide, found }).toEqual(right)
          if (isFull) await expectProportions(page, width, letters)
        }
      }
      expect(asked).toEqual([])
      await context.close()
    },
    240_000,
  )
})

async function expectProportions(page: Page, width: number, letters: number): Promise<void> {
  const look = () =>
    page.evaluate<Proportions>(`({
    letter: parseFloat(getComputedStyle(document.querySelector('.definition')).fontSize),
    rows: new Set([...document.querySelectorAll('.criteria li')]
      .map((each) => each.getBoundingClientRect().top)).size,
    labels: [...document.querySelectorAll('.chart text')]
      .map((each) => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a)
      .toSorted((one, other) => one - other),
  })`)
  // The letters of the browser are told to the page, and not waited for.
  await expect.poll(async () => (await look()).letter / letters).toBeCloseTo(13 / 16)
  const { rows, labels } = await look()
  expect(rows).toBe(width < 40 * letters ? 3 : 1)
  expect(labels[0]).toBeGreaterThan(9)
  expect(labels.at(-1)).toBeLessThan(letters)
}

interface Proportions {
  /** How large small letters are. */
  readonly letter: number
  /** In how many rows the criteria stand. */
  readonly rows: number
  /** How large the letters of the charts are. */
  readonly labels: readonly number[]
}

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { beforeEach, describe, expect, it } from 'vitest'
import { drawChart } from '../../../src/server/insights/chart.ts'
import { failurePage, insightsPage } from '../../../src/server/insights/page.ts'
import { nothing, sampleInsights } from '../../support/sample-insights.ts'
import { skipWithoutChromium, useChromium } from '../../support/use-chromium.ts'

// The page of insights in Debian's Chromium: what axe finds, and whether it fits a telephone.

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const pages = {
  'with everything': await insightsPage(sampleInsights(3), drawChart),
  'with nothing': await insightsPage(
    sampleInsights(3, () => ({ ...nothing, counted: null, points: [] })),
    drawChart,
  ),
  'of a failure': failurePage('Insights are not available now', 'Try again later.'),
}

describe('the page of insights', () => {
  const chromium = useChromium()
  beforeEach(skipWithoutChromium)

  it.each([
    ['light', 1360],
    ['dark', 390],
  ] as const)(
    'has no fault that axe knows, asks for nothing and does not scroll sideways: %s, %i pixels',
    async (colorScheme, width) => {
      const context = await chromium.browser.newContext({
        colorScheme,
        viewport: { width, height: 844 },
      })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      for (const [kind, html] of Object.entries(pages)) {
        await page.setContent(html)
        await page.evaluate(axe)
        await page.evaluate(
          `for (const each of document.querySelectorAll('details')) each.open = true`,
        )
        const wide = await page.evaluate('document.scrollingElement.scrollWidth')
        const found = await page.evaluate(`axe
          .run(document, { resultTypes: ['violations'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`)
        expect({ kind, wide, found }).toEqual({ kind, wide: width, found: [] })
      }
      expect(asked).toEqual([])
      await context.close()
    },
    120_000,
  )
})

import type { Page } from 'playwright-core'
import { fixMoments, pictureMoment } from './fixed-time.ts'

/** Shows the first example of the explorer, run as alice, with its answer. */
export async function showExplorer(page: Page, origin: string): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const moment = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g
    await route.fulfill({
      response,
      body: (await response.text()).replace(moment, JSON.stringify(pictureMoment)),
    })
  })
  await page.goto(origin)
  await page.locator('.graphiql-query-editor .mtk1').first().waitFor()
  await page.getByRole('button', { name: 'Execute query' }).click()
  await page.locator('.explorer-answered').getByText(/\d ms/).waitFor()
  await page.locator('.graphiql-response .view-line').nth(10).waitFor()
  await fixDuration(page)
}

/** How long the answer took depends on the machine. */
async function fixDuration(page: Page): Promise<void> {
  await page.evaluate(`
    const walker = document.createTreeWalker(document.querySelector('.explorer-answered'), NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { currentNode: text } = walker
      if (/^\\d+$/.test(text.data)) text.data = '12'
    }`)
}

/**
 * Shows a page of the console as alice, with moments and a clock that are the same in each run.
 * @param path below `/console`
 */
export async function showConsole(page: Page, origin: string, path: string): Promise<void> {
  await page.clock.setFixedTime(pictureMoment)
  await page.route('**/graphql', async (route) => {
    // A stream has no end that could be waited for.
    const { accept = '' } = route.request().headers()
    if (accept.startsWith('text/event-stream')) return route.abort()
    const response = await route.fetch()
    await route.fulfill({ response, body: fixMoments(await response.text()) })
  })
  const address = new URL(`console${path}`, origin)
  address.searchParams.set('as', 'alice')
  await page.goto(address.href)
  // One of alice's close friends, whom each of the pages has.
  await page.getByText('Matthias Großmann').first().waitFor()
  // The page's own policy lets no text be run in it, as `waitForFunction` does while it waits.
  const loading = page.locator('[aria-busy=true], .skeleton, .cx-skeleton, .cx-waiting')
  while ((await loading.count()) > 0) await page.waitForTimeout(100)
  await page.waitForLoadState('networkidle')
}

/** Shows insights, when the worker has counted enough to judge the three success criteria. */
export async function showInsights(page: Page, origin: string): Promise<void> {
  do {
    await page.waitForTimeout(1_000)
    await page.goto(new URL('insights', origin).href)
  } while ((await page.locator('.result').count()) < 3)
}

import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { isChromiumMissing } from './chromium.ts'
import type { ExplorerHost } from './explorer-host.ts'
import { skipWithoutChromium, useChromium } from './use-chromium.ts'

/**
 * Adds up, in the page, by how much things move that nobody has touched (Chromium's layout shifts).
 */
const countJumps = `
  window.jumped = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.jumped += value
  }).observe({ type: 'layout-shift', buffered: true })`

/** A busy machine takes its time for a page. For `expect.poll`. */
export const patience = { timeout: 60_000, interval: 50 }

/** A question that the page sent, and its answer. */
export interface Exchange {
  readonly url: string
  readonly headers: Record<string, string>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the example asks for
  readonly body: any
}

/**
 * The explorer in Debian's Chromium, with a fresh page for each test of the file. After each test
 * it checks that the page has asked no other origin. Without Chromium the tests are skipped, except
 * in continuous integration.
 */
export function openExplorerPage(host: ExplorerHost, options: BrowserContextOptions) {
  const chromium = useChromium()
  let context: BrowserContext
  let page: Page
  let foreign: string[]
  let complaints: string[]

  beforeAll(async () => {
    if (isChromiumMissing) return
    context = await chromium.browser.newContext(options)
    context.setDefaultTimeout(patience.timeout)
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== host.url && protocol !== 'data:') foreign.push(request.url())
    })
    await context.addInitScript(countJumps)
  })

  beforeEach(async (test) => {
    skipWithoutChromium(test)
    ;[foreign, complaints] = [[], []]
    page = await context.newPage()
    // The page of the test before has left its tabs.
    await page.goto(`${host.url}/explorer/facts`)
    await page.evaluate('localStorage.clear()')
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  })

  afterEach(async () => {
    if (isChromiumMissing) return
    await page.close()
    expect(foreign).toEqual([])
  })

  const person = () => page.getByRole('button', { name: /^signed .*switch$/i })
  const run = () => page.getByRole('button', { name: 'Execute query' }).click()

  /** Waits for the page to send a query, and for the answer. */
  const exchange = async (sends: () => Promise<unknown>): Promise<Exchange> => {
    const isAnswer = (url: string, body: string | null) =>
      /\/(graphql|explorer\/subgraph)$/.test(url) && body?.includes('IntrospectionQuery') === false
    const [response] = await Promise.all([
      page.waitForResponse((each) => isAnswer(each.url(), each.request().postData())),
      sends(),
    ])
    return {
      url: response.url(),
      headers: response.request().headers(),
      body: await response.json(),
    }
  }

  /** Waits until the page can send a query. The first visit of all builds it. */
  const ready = async (): Promise<void> => {
    const editor = page.locator('.graphiql-query-editor .view-line').first()
    await editor.waitFor({ timeout: 110_000, state: 'attached' })
    await page.locator('.explorer-views').waitFor({ state: 'attached' })
  }

  return {
    /** The page of this test. */
    get page() {
      return page
    },
    get context() {
      return context
    },
    /** What the console has complained of. */
    get complaints() {
      return complaints
    },
    ready,
    exchange,
    run,
    /** The button that says who is signed in. */
    person,
    open: async (path: string): Promise<void> => {
      await page.goto(host.url + path)
      await ready()
    },
    who: () => page.locator('.explorer-me b').textContent(),
    footer: () => page.locator('.explorer-answered').innerText(),
    alert: () => page.locator('.explorer-problem').innerText(),
    /** Picks somebody in the menu of people. */
    switchTo: async (name: string): Promise<void> => {
      await person().click()
      await page
        .getByRole('dialog', { name: 'Sign in as' })
        .getByRole('button', { name, exact: true })
        .click()
    },
    /** Picks an example, where the examples are shown. */
    openExample: async (title: string): Promise<void> => {
      const menu = page.getByRole('navigation', { name: 'Examples' })
      await menu.getByText(title, { exact: true }).click()
    },
    /**
     * Runs what is in the editor.
     * @param choice the button to press when the example is another person's
     */
    ask: (choice?: string): Promise<Exchange> =>
      exchange(async () => {
        await run()
        if (choice !== undefined) {
          await page.getByRole('button', { name: choice, exact: true }).click()
        }
      }),
    /** Waits until the pane of answers shows a text. */
    expectAnswer: async (text: string): Promise<void> => {
      const pane = page.locator('.graphiql-response .view-lines')
      await expect
        .poll(async () => (await pane.innerText()).replaceAll('\u00a0', ' '), patience)
        .toContain(text)
    },
  }
}

import type { BrowserContext, BrowserContextOptions, Locator, Page, Request } from 'playwright-core'
import { afterEach, beforeEach, expect } from 'vitest'
import type { ExplorerHost } from './explorer-host.ts'
import { slowUndo } from './slow-undo.ts'
import { skipWithoutChromium, useChromium } from './use-chromium.ts'

/** A busy machine takes its time for a page. For `expect.poll`. */
export const patience = { timeout: 40_000, interval: 50 }

/** How a window is, where it is not as usual. */
export interface WindowOptions {
  readonly theme?: 'light' | 'dark'
  readonly language?: 'en' | 'de' | 'ar'
  readonly width?: number
  /** Lets what can be undone wait until somebody undoes it, however busy the machine is. */
  readonly patient?: boolean
  readonly browser?: BrowserContextOptions
}

/** The console in one browser of one person. */
export interface ConsoleWindow {
  readonly page: Page
  readonly context: BrowserContext
  /** Opens a path below `/console`. */
  readonly go: (path: string) => Promise<void>
  /** Goes to a path of another page as a link would, and waits until all of it is there. */
  readonly turnTo: (path: string) => Promise<void>
  /** Waits for a heading of the page. */
  readonly heading: (name: string | RegExp) => Promise<void>
  /** Goes to an element by keys alone, as somebody does who has no mouse. */
  readonly reach: (element: Locator) => Promise<void>
  /** Goes to an element and presses a key there; Enter, unless told. */
  readonly press: (element: Locator, key?: string) => Promise<void>
  /** Chooses in a menu that has just opened, by the arrow keys. */
  readonly choose: (item: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** More elements than a page of the console has for the Tab key. */
const mostTabs = 200

async function reach(page: Page, element: Locator, key = 'Tab'): Promise<void> {
  await element.waitFor()
  const hasFocus = () => element.evaluate((each) => each === each.ownerDocument.activeElement)
  for (let tabs = 0; !(await hasFocus()); tabs++) {
    if (tabs === mostTabs) throw new Error(`The ${key} key does not get to ${element.toString()}.`)
    await page.keyboard.press(key)
  }
}

/**
 * The console in Debian's Chromium. After each test it checks that nothing has complained and that
 * no other origin was asked. Without Chromium the tests are skipped, except in continuous
 * integration.
 */
export function openConsole(host: ExplorerHost) {
  const chromium = useChromium()
  const complaints: string[] = []
  const foreign: string[] = []
  const streams = new WeakMap<Page, string[]>()
  beforeEach(skipWithoutChromium)
  afterEach(() => {
    const found = [...complaints.splice(0), ...foreign.splice(0)]
    expect(found).toEqual([])
  })

  return {
    /** A window of its own browser profile. It stays until it is closed or the tests end. */
    open: async (
      as: string,
      path = '',
      {
        theme = 'light',
        language = 'en',
        width = 1360,
        patient = false,
        browser: more,
      }: WindowOptions = {},
    ): Promise<ConsoleWindow> => {
      const isNarrow = width < 640
      const context = await chromium.browser.newContext({
        viewport: { width, height: isNarrow ? 844 : 900 },
        hasTouch: isNarrow,
        colorScheme: theme,
        reducedMotion: 'reduce',
        ...more,
      })
      context.setDefaultTimeout(patience.timeout)
      await context.addInitScript(`localStorage.setItem('console:language', '${language}')`)
      if (patient) await context.addInitScript(slowUndo)
      context.on('request', (request) => {
        const { origin, protocol } = new URL(request.url())
        if (origin !== host.url && protocol !== 'data:') foreign.push(request.url())
      })
      context.on('response', (response) => {
        const request = response.request()
        if (!isStream(request)) return
        const page = request.frame().page()
        streams.set(page, [...(streams.get(page) ?? []), request.postData() ?? ''])
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      const isQuiet = watchRequests(page)
      const go = async (to: string) => {
        streams.delete(page)
        await page.goto(`${host.url}/console${to}`)
        await page.locator('main h1').waitFor()
      }
      const turnTo = async (to: string) => {
        await page.evaluate((address) => {
          document.querySelector('main h1')?.setAttribute('data-left', '')
          history.pushState(null, '', address)
        }, `/console${to}`)
        await page.locator('main h1:not([data-left])').waitFor({ state: 'attached' })
        await expect.poll(isQuiet, patience).toBe(true)
      }
      await go(`${path}${path.includes('?') ? '&' : '?'}as=${as}`)
      return {
        page,
        context,
        go,
        turnTo,
        heading: (name) => page.getByRole('heading', { level: 1, name }).waitFor(),
        reach: (element) => reach(page, element),
        press: async (element, key = 'Enter') => {
          await reach(page, element)
          await expect.poll(() => element.isEnabled(), patience).toBe(true)
          // The page may give the focus to something that has just come.
          await element.press(key)
        },
        choose: async (item) => {
          await reach(page, page.getByRole('menuitem', { name: item }), 'ArrowDown')
          await page.keyboard.press('Enter')
        },
        close: () => context.close(),
      }
    },
    /**
     * Waits until a page hears of what others do, by a field of `Subscription`: what they do before
     * that, it would not be told.
     */
    untilHears: (page: Page, field: string) =>
      expect
        .poll(() => (streams.get(page) ?? []).some((text) => text.includes(field)), patience)
        .toBe(true),
    /** Forgets what a test has caused on purpose: an answer that fails, for example. */
    forgive: () => {
      complaints.length = 0
    },
  }
}

/** A stream has no end. */
function isStream(request: Request): boolean {
  return request.headers()['accept']?.startsWith('text/event-stream') === true
}

/** Gives a function that says whether a page shows everything, and waits for no answer. */
function watchRequests(page: Page): () => Promise<boolean> {
  const waiting = new Set<Request>()
  page.on('request', (request) => {
    if (!isStream(request) && request.method() === 'POST') waiting.add(request)
  })
  page.on('requestfinished', (request) => waiting.delete(request))
  page.on('requestfailed', (request) => waiting.delete(request))
  const loading = page.locator('[aria-busy=true], .skeleton, .cx-skeleton, .cx-waiting')
  let wasQuiet = false
  return async () => {
    const isQuiet = waiting.size === 0 && (await loading.count()) === 0
    const isStill = isQuiet && wasQuiet
    wasQuiet = isQuiet && !isStill
    return isStill
  }
}

import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeEach, expect, onTestFinished } from 'vitest'
import { startWorker } from '../../../../src/worker/worker.ts'
import { isChromiumMissing } from '../../../support/chromium.ts'
import { slowUndo } from '../../../support/slow-undo.ts'
import { startTestGateway } from '../../../support/test-gateway.ts'
import { openTestService, type Person } from '../../../support/test-service.ts'
import { skipWithoutChromium, useChromium } from '../../../support/use-chromium.ts'
import type { Call, Language, Setup } from '../page/setup.ts'
import { type BuiltPage, builtPage, servePage } from './built-page.ts'
import { introduce } from './people.ts'
import { operationOf, type Switches, switchesOf } from './switches.ts'

/** How a screen is, where it is not as usual. */
export interface ScreenOptions {
  /** `{ $call: 'name' }` is a function whose calls `screen.calls()` reads. */
  readonly props?: Readonly<Record<string, unknown>>
  readonly theme?: 'light' | 'dark'
  readonly language?: Language
  /** Right to left for Arabic, unless told. */
  readonly direction?: 'ltr' | 'rtl'
  readonly width?: number
  readonly height?: number
  /** False for a page that does not hear of the changes that others make. */
  readonly live?: boolean
  /** True for a host that shows people in its own way. */
  readonly ownUsers?: boolean
  /** More of Playwright's own, such as permissions. */
  readonly browser?: BrowserContextOptions
}

/** One component in a browser of one person. */
export interface Screen extends Switches {
  readonly page: Page
  /** The part of the page that the component fills. */
  readonly stage: Locator
  /** Names of the operations that the page has sent, in order. */
  readonly operations: readonly string[]
  /** What React and the browser have complained of. */
  readonly complaints: readonly string[]
  /** Calls of the functions among the props. */
  calls(): Promise<readonly Call[]>
  /** Opens the page anew, as `open` has it. */
  reload(): Promise<void>
  setOffline(offline: boolean): Promise<void>
}

/** A busy machine takes its time for a page. For `expect.poll`. */
export const patience = { timeout: 60_000, interval: 20 }

/**
 * The components in Debian's Chromium, on the real service behind the real gateway, with a worker
 * that tells of changes. One browser for each file. Without Chromium the tests are skipped, except
 * in continuous integration.
 */
export async function openKitUi() {
  const app = await openTestService({ NODE_ENV: 'production' })
  const silent = () => undefined
  const worker = startWorker({
    databaseUrl: app.database.workerUrl,
    log: { info: silent, warn: silent, error: silent },
    agentFor: () => {
      throw new Error('There is no endpoint.')
    },
  })
  const files: BuiltPage = isChromiumMissing ? new Map() : await builtPage()
  const gateway = await startTestGateway({
    subgraphs: [{ name: 'connections', url: app.server.url }],
    pages: (server) => {
      servePage(server, files)
    },
  })
  beforeEach(skipWithoutChromium)
  afterAll(async () => {
    await gateway.close()
    await worker.stop()
  })
  const chromium = useChromium()

  return {
    app,
    /** New people with these names, who look the same in each run. */
    // The names are those of the answer.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
    people: <const Names extends readonly string[]>(...names: Names) => introduce(app, names),
    /** A screen of its own browser profile. Closed when the test is over. */
    open: async (
      viewer: Person | null,
      component: string,
      options: ScreenOptions = {},
    ): Promise<Screen> => {
      const { width = 720, height = 800, theme = 'light', language = 'en' } = options
      const setup: Setup = {
        component,
        props: options.props ?? {},
        viewer: viewer?.id ?? null,
        token: (await viewer?.token()) ?? '',
        language,
        direction: options.direction ?? (language === 'ar' ? 'rtl' : 'ltr'),
        live: options.live ?? viewer !== null,
        ownUsers: options.ownUsers ?? false,
      }
      const context = await chromium.browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
        ...options.browser,
      })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(patience.timeout)
      await context.addInitScript(`globalThis.kitUi = ${JSON.stringify({ setup, calls: [] })}`)
      // A test with a clock of its own has the 8 seconds.
      await context.addInitScript(slowUndo)
      const page = await context.newPage()
      const operations: string[] = []
      const complaints: string[] = []
      page.on('request', (request) => {
        const operation = operationOf(request.postData())
        if (operation !== '') operations.push(operation)
      })
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('console', (message) => {
        // That an answer has failed is what a test wanted.
        const isOfNetwork = message.text().startsWith('Failed to load resource')
        if (['error', 'warning'].includes(message.type()) && !isOfNetwork)
          complaints.push(message.text())
      })
      const untilShown = async () => {
        // React begins to show something only after the page is loaded.
        await page.locator('#stage').waitFor({ state: 'attached' })
        if (setup.live) await waitUntilLive(page)
      }
      await page.goto(`${new URL(gateway.url).origin}/kit-ui/`)
      await untilShown()
      return {
        page,
        stage: page.locator('#stage'),
        operations,
        complaints,
        ...switchesOf(page),
        calls: () => page.evaluate(() => globalThis.kitUi.calls),
        reload: async () => {
          await page.reload()
          await untilShown()
        },
        setOffline: (offline) => context.setOffline(offline),
      }
    },
  }
}

async function waitUntilLive(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.documentElement.dataset['live']), patience)
    .toBe('true')
}

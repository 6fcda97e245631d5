import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dispatch } from '../../support/streams.ts'
import { startTestGateway } from '../../support/test-gateway.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { skipWithoutChromium, useChromium } from '../../support/use-chromium.ts'

// The hooks on a page in Debian's Chromium, through the gateway. In continuous integration Chromium
// must be there; elsewhere it may be missing.

const app = await openTestService({ NODE_ENV: 'production' })
const gateway = await startTestGateway({
  subgraphs: [{ name: 'connections', url: app.server.url }],
})
let script = ''

beforeAll(async () => {
  script = await bundle(join(import.meta.dirname, 'page.ts'))
})
afterAll(gateway.close)
const chromium = useChromium()

describe('in a browser', () => {
  it('alice asks and bob accepts, each sees it at once, and another tab of bob goes on when one closes', async (test) => {
    skipWithoutChromium(test)
    const [alice, bob] = await app.people('alice', 'bob')
    const [ofAlice, ofBob] = [await contextOf(alice, bob), await contextOf(bob, alice)]
    const aliceTab = await open(ofAlice)
    const first = await open(ofBob)
    await expect.poll(() => shown(first.page), patience).toMatchObject({ isLive: true })
    const second = await open(ofBob)
    for (const { page } of [aliceTab, second])
      await expect.poll(() => shown(page), patience).toMatchObject({ isLive: true, level: null })
    expect([first.streams(), second.streams()]).toEqual([1, 0])

    const answered = aliceTab.page.waitForResponse(
      (response) => response.request().postData()?.includes('mutation RequestFriend') === true,
    )
    await aliceTab.page.getByRole('button', { name: 'Ask' }).click()
    await answered
    await expect.poll(() => shown(aliceTab.page), patience).toMatchObject({ asked: true })
    await dispatch(app)
    // Without a stream they would not hear of it at all.
    for (const { page } of [first, second])
      await expect.poll(() => shown(page), patience).toMatchObject({ requests: 1 })

    await first.page.close()
    await expect.poll(second.streams, patience).toBe(1)
    await second.page.getByRole('button', { name: 'Accept' }).click()
    await expect
      .poll(() => shown(second.page), patience)
      .toMatchObject({ level: 'FRIEND', requests: 0 })
    await expect
      .poll(async () => {
        await dispatch(app)
        return shown(aliceTab.page)
      }, patience)
      .toMatchObject({ level: 'FRIEND', asked: false })
    expect([...aliceTab.complaints, ...second.complaints]).toEqual([])
    await Promise.all([ofAlice.close(), ofBob.close()])
  })
})

/** A busy machine takes its time for a page. */
const patience = { timeout: 30_000, interval: 20 }

async function shown(page: Page): Promise<unknown> {
  return JSON.parse((await page.locator('output').textContent()) ?? '')
}

/** A browser in which somebody is signed in. */
async function contextOf(viewer: Person, other: Person): Promise<BrowserContext> {
  const context = await chromium.browser.newContext()
  const facts = { token: await viewer.token(), viewer: viewer.id, other: other.id }
  await context.addInitScript(`Object.assign(globalThis, ${JSON.stringify(facts)})`)
  const body =
    '<!doctype html><title>Bob</title><body><script type="module" src="/page.js"></script>'
  await context.route('**/page', (route) => route.fulfill({ contentType: 'text/html', body }))
  await context.route('**/page.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  )
  return context
}

async function open(context: BrowserContext) {
  const page = await context.newPage()
  let streams = 0
  page.on('request', (request) => {
    if (request.postData()?.includes('RelationshipChanged') === true) streams++
  })
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  await page.goto(`${new URL(gateway.url).origin}/page`)
  return { page, complaints, streams: () => streams }
}

async function bundle(input: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, target: 'es2024', rolldownOptions: { input } },
  })
  if (!('output' in built)) throw new Error('No bundle.')
  return built.output[0].code
}

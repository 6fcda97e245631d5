import type { Page, Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { consoleBundle } from '../../../src/dev/console/bundle.ts'
import { idOf } from '../../../src/dev/seed/people.ts'
import { sidewaysScroll } from '../../kit/ui/harness/looks.ts'
import { type ConsoleWindow, openConsole, patience } from '../../support/console-page.ts'
import { crowded, gatherCrowd, oneOfCrowd } from '../../support/crowd.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'

// The console where the graph is slow, refuses, or has much to tell; through the real gateway.

await consoleBundle().ready()
const host = await openExplorerHost()
const windows = openConsole(host)

/** Where somebody goes from page to page, and something that each page then shows. */
const journey: readonly (readonly [
  name: string,
  go: (page: Page) => Promise<void>,
  row: string,
])[] = [
  ['home', (page) => link(page, 'Home'), '.cx-row'],
  ['a person', (page) => page.locator('.home-friends a').first().click(), '.cx-profile'],
  ['people', (page) => link(page, 'People'), ':is(.cx-row, .cx-empty)'],
  ['games', (page) => link(page, 'Games'), '.game-row'],
  ['inbox', (page) => link(page, 'Inbox'), '.row'],
]

const link = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .click()

/** What the gateway answers for a subgraph that has refused. */
const refusal = (code: string, more: object = {}) => ({
  status: 200,
  json: { data: null, errors: [{ message: 'no', extensions: { code, ...more } }] },
})

const operationOf = (route: Route) =>
  /(query|mutation|subscription) (\w+)/.exec(route.request().postData() ?? '')

/** Decides over the queries of a window; what it leaves alone goes to the gateway. */
async function onQueries(
  { page }: ConsoleWindow,
  decide: (route: Route, name: string) => unknown,
): Promise<void> {
  await page.route(
    (url) => url.pathname === '/graphql',
    async (route) => {
      const [, kind, name = ''] = operationOf(route) ?? []
      if (kind !== 'query') return route.fallback()
      if ((await decide(route, name)) === undefined) await route.fallback()
    },
  )
}

const problems = (page: Page) => page.locator('main').getByRole('button', { name: 'Try again' })
/** Until observers have been told of what moved before. */
const allPainted = (page: Page) =>
  page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve))
  })

const waiting = (page: Page) => page.locator('main :is([aria-busy=true], .skeleton, .cx-skeleton)')

describe('while the graph takes its time', () => {
  it('each page shows what will come, and nothing moves when it does', async () => {
    const alice = await windows.open('alice', '/more')
    const { page } = alice
    let answer = Promise.resolve()
    await onQueries(alice, () => answer.then(() => undefined))
    await page.evaluate(`
      globalThis.moved = 0
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries())
          if (!hadRecentInput) globalThis.moved += value
      }).observe({ type: 'layout-shift' })`)
    const moved: Record<string, number> = {}
    for (const [name, go, row] of journey) {
      let release: () => void = () => undefined
      answer = new Promise((resolve) => (release = resolve))
      await go(page)
      await waiting(page).first().waitFor()
      // What moves within half a second after a press counts as wanted. A busy machine may need
      // longer until the page has turned.
      await page.waitForTimeout(600)
      await allPainted(page)
      await page.evaluate('moved = 0')
      release()
      await page.locator(`main ${row}:not(.cx-skeleton *)`).first().waitFor()
      await expect.poll(() => waiting(page).count(), patience).toBe(0)
      await allPainted(page)
      moved[name] = await page.evaluate<number>('moved')
    }
    for (const shift of Object.values(moved)) expect(shift).toBeLessThan(0.1)
    await alice.close()
  }, 240_000)
})

describe('when the graph refuses to answer', () => {
  it('each page says so at once, and reads again when it is asked to', async () => {
    const alice = await windows.open('alice', '/more')
    const { page } = alice
    let refuse: (route: Route) => unknown = () => undefined
    await onQueries(alice, (route) => refuse(route))
    for (const [, go, row] of journey) {
      refuse = (route) => route.fulfill(refusal('RATE_LIMITED', { retryAt: null })).then(() => true)
      await go(page)
      await problems(page).first().waitFor()
      // Some of a page may be refused later than the first.
      await expect.poll(() => waiting(page).count(), patience).toBe(0)
      refuse = () => undefined
      // One press may bring back more than one part, and a part may come back by itself.
      while ((await problems(page).count()) > 0)
        await problems(page)
          .first()
          .click({ timeout: 2_000 })
          .catch(() => undefined)
      await page.locator(`main ${row}:not(.cx-skeleton *)`).first().waitFor()
      // The focus goes on when the button is gone.
      const focused = () => page.evaluate<string>('document.activeElement.tagName')
      await expect.poll(focused, patience).not.toBe('BODY')
    }
    await alice.close()
  }, 240_000)

  it('for a moment, or because a token has run out, it is asked again and nobody is troubled', async () => {
    const alice = await windows.open('alice', '/more')
    const { page } = alice
    const now = Math.floor(Date.now() / 1_000)
    const { issuer: iss, audience: aud } = host.issuer
    const sub = idOf('alice')
    const old = await host.issuer.sign({ iss, aud, sub, iat: now - 7_200, exp: now - 3_600 })
    const asked = new Set<string>()
    const tokens = new Set<string | undefined>()
    await onQueries(alice, async (route, name) => {
      if (!asked.has(name)) {
        asked.add(name)
        await route.fulfill(refusal('OVERLOADED', { retryAfter: 0 }))
        return true
      }
      const headers = route.request().headers()
      const token = headers['authorization']
      tokens.add(token)
      if (token !== [...tokens][0]) return undefined
      await route.continue({ headers: { ...headers, authorization: `Bearer ${old}` } })
      return true
    })
    for (const [, go, row] of journey) {
      await go(page)
      await page.locator(`main ${row}:not(.cx-skeleton *)`).first().waitFor()
      expect(await problems(page).count()).toBe(0)
    }
    expect([...asked]).toEqual(expect.arrayContaining(['ListFriends', 'ListGames']))
    expect(tokens.size).toBe(2)
    await alice.close()
  }, 240_000)

  it('says why nothing was done', async () => {
    const carol = await windows.open('carol', '/games/00000000-0000-4000-9000-000000000001')
    const { page, go } = carol
    await page.route(
      (url) => url.pathname === '/graphql',
      async (route) => {
        const [, , name = ''] = operationOf(route) ?? []
        const refused = { changed: false, errors: [{ code: 'UNAVAILABLE', message: 'no' }] }
        if (name === 'JoinGame') await route.fulfill({ json: { data: { joinGame: refused } } })
        else if (name === 'MarkNotificationsRead') await route.fulfill(refusal('OVERLOADED'))
        else if (name === 'RequestFriend')
          await route.fulfill({ json: { data: { requestFriend: { userErrors: [rateLimited] } } } })
        else await route.fallback()
      },
    )
    const rateLimited = { code: 'RATE_LIMITED', message: 'no', field: null, retryAt: null }
    const says = (text: string) =>
      page.locator('main').getByRole('alert').filter({ hasText: text }).waitFor()
    await page.getByRole('button', { name: 'Join' }).click()
    await says('This is not possible any more.')
    await go('/inbox')
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await says('That did not work.')
    await go(`/people/${idOf('trent')}`)
    await page.getByRole('button', { name: /^Add friend/ }).click()
    await page.getByText('Too many at once.').first().waitFor()
    await carol.close()
  }, 240_000)
})

describe('offline', () => {
  it('a new game waits, and is made when the network is back', async () => {
    const { page, context, heading, close } = await windows.open('judy', '/games')
    await page.getByRole('button', { name: 'New game' }).click()
    const dialog = page.getByRole('dialog', { name: 'New game' })
    await dialog.getByRole('radio', { checked: true }).waitFor()
    await context.setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await dialog.getByLabel('Title').fill('Cards without a net')
    await dialog.getByRole('button', { name: 'Make game' }).click()
    await dialog.getByText('This is done when you are online again.').waitFor()
    await context.setOffline(false)
    await heading('Cards without a net')
    await close()
    windows.forgive()
  }, 240_000)
})

describe('somebody whom ten thousand people know', () => {
  it('has pages that are small, ask little, and are as wide as the screen', async () => {
    await gatherCrowd(host.adminUrl)
    const everybody = await windows.open('nobody')
    const { page, go, close } = everybody
    let asked: string[] = []
    await onQueries(everybody, (_route, name) => {
      asked.push(name)
    })
    await go(`?as=${crowded}`)
    await page.getByText('10,000').first().waitFor()
    const people = [1, 2].map((place) => `/people/${oneOfCrowd(place)}`)
    for (const path of ['', '/contacts', ...people]) {
      asked = []
      await page.setViewportSize({ width: 1360, height: 900 })
      await go(path)
      await page.locator('main :is(.cx-row, .cx-profile):not(.cx-skeleton *)').first().waitFor()
      await expect.poll(() => waiting(page).count(), patience).toBe(0)
      expect(await page.locator('*').count()).toBeLessThan(2_000)
      expect(asked.length).toBeLessThan(16)
      await page.setViewportSize({ width: 390, height: 844 })
      await expect.poll(() => sidewaysScroll(page), patience).toEqual([])
    }
    await close()
  }, 240_000)
})

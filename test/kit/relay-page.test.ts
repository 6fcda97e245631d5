import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openExplorerHost } from '../support/explorer-host.ts'
import { buildRelayPage, type RelayPage } from '../support/relay-page/build.ts'
import { skipWithoutChromium, useChromium } from '../support/use-chromium.ts'

// Somebody's followers on a page that is written with Relay, in Debian's Chromium, through the
// gateway of the dev stack. In continuous integration Chromium must be there; elsewhere it may be
// missing.

const host = await openExplorerHost()
let built: RelayPage
const chromium = useChromium()

beforeAll(async () => {
  built = await buildRelayPage(`${host.url}/graphql`)
})

describe('Relay', () => {
  it('fetches the next page of a User through fetch__User', () => {
    expect(built.pageQuery).toContain('fetch__User(id: $id)')
  })

  it('pages through somebody’s followers, fetches them anew, and follows one of them back', async (test) => {
    skipWithoutChromium(test)
    const star = randomUUID()
    await verb(star, 'updateProfile(profile: { displayName: "Star" })')
    // One after the other: the newest follower is shown first.
    const followers: string[] = []
    for (let count = 0; count < 7; count++) {
      const follower = randomUUID()
      await verb(follower, `followUser(userId: "${star}")`)
      followers.unshift(follower)
    }
    const { page, sent, complaints } = await open(star, star)
    await expect.poll(() => shown(page), patience).toEqual(followers.slice(0, 3))
    expect(await page.getByRole('heading').textContent()).toBe('7 followers')

    await page.getByRole('button', { name: 'More' }).click()
    await expect.poll(() => shown(page), patience).toEqual(followers.slice(0, 6))
    expect(sent.at(-1)).toContain('fetch__User(')
    await page.getByRole('button', { name: 'More' }).click()
    await expect.poll(() => shown(page), patience).toEqual(followers)
    expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0)

    const first = page.getByRole('listitem').first()
    await first.getByRole('button', { name: 'Follow back' }).click()
    await first.getByText('You follow them.').waitFor()
    expect(await first.getByRole('button').count()).toBe(0)

    const [newest = '', ...others] = followers
    await verb(newest, `unfollowUser(userId: "${star}")`)
    await page.getByRole('button', { name: 'Refresh' }).click()
    await expect.poll(() => shown(page), patience).toEqual(others.slice(0, 3))
    expect(await page.getByRole('heading').textContent()).toBe('6 followers')
    expect(sent.at(-1)).toContain('fetch__User(')
    expect(complaints).toEqual([])
  })
})

/** A busy machine takes its time for a page. */
const patience = { timeout: 30_000 }

const shown = (page: Page) => page.locator('li code').allTextContents()

/**
 * Opens the page of somebody's followers as somebody; what it sends, and what the console complains
 * of, is collected.
 */
async function open(viewer: string, id: string) {
  const page = await chromium.browser.newPage()
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const token = await host.issuer.tokenFor(viewer)
  await page.addInitScript(`Object.assign(globalThis, ${JSON.stringify({ token, id })})`)
  const html =
    '<!doctype html><title>Followers</title><div id="root"></div><script type="module" src="/followers.js"></script>'
  await page.route('**/followers', (route) =>
    route.fulfill({ contentType: 'text/html', body: html }),
  )
  await page.route('**/followers.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: built.script }),
  )
  await page.goto(`${host.url}/followers`)
  return { page, sent, complaints }
}

/** One mutation of somebody's, through the gateway. */
async function verb(person: string, mutation: string): Promise<void> {
  const response = await fetch(`${host.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await host.issuer.tokenFor(person)}`,
    },
    body: JSON.stringify({ query: `mutation { done: ${mutation} { changed } }` }),
  })
  expect(await response.json()).toMatchObject({ data: { done: { changed: true } } })
}

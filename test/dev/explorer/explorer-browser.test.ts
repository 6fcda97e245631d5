import { existsSync } from 'node:fs'
import { env } from 'node:process'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { idOf, people } from '../../../src/dev/seed/people.ts'
import { readExamples } from '../../../src/dev/explorer/examples.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'

// The explorer as a developer sees it, in Debian's Chromium. In continuous integration it must be there; elsewhere it may be missing.

const executablePath = '/usr/bin/chromium'
const missing = !existsSync(executablePath) && env['CI'] === undefined
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Adds up, in the page, by how much things move that nobody has touched (Chromium's layout shifts). */
const countJumps = `
  window.jumped = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.jumped += value
  }).observe({ type: 'layout-shift', buffered: true })`

const host = await openExplorerHost()
const examples = await readExamples()
let browser: Browser
let context: BrowserContext
let page: Page
/** What must stay empty: requests to elsewhere, and what the console complains of. */
let foreign: string[]
let complaints: string[]

beforeAll(async () => {
  if (missing) return
  browser = await chromium.launch({ executablePath, args: flags.split(' ') })
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== host.url && protocol !== 'data:') foreign.push(request.url())
  })
  await context.addInitScript(countJumps)
})

afterAll(() => (missing ? undefined : browser.close()))

beforeEach(async (test) => {
  test.skip(missing, `There is no ${executablePath}; \`apt-get install chromium\` brings it.`)
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
  if (missing) return
  await page.close()
  expect(foreign).toEqual([])
})

describe('somebody who opens the explorer', () => {
  it('is alice, and sees her friends; switches to bob, runs it as him, and sees his', async () => {
    await open('/')
    expect(await who()).toBe('alice')
    const alice = await ask()
    expect(friendsIn(alice)).toEqual(['carol', 'bob'])
    expect(alice.headers['authorization']).toMatch(/^Bearer ey/)
    await expectAnswer('Carol Shaw')
    await expect
      .poll(() => footer())
      .toMatch(/^Run as alice on the gateway: \d+ ms, \d SQL statements\.$/)

    await switchTo('bob')
    expect(await footer()).toContain('You are now bob.')
    const bob = await ask('Run as bob')
    expect(bob.body.data.viewer.username).toBe('bob')
    expect(friendsIn(bob)).toEqual(['dave', 'carol', 'alice'])
    await expect.poll(() => footer()).toMatch(/^Run as bob/)
    expect(complaints).toEqual([])
    expect(await page.evaluate('window.jumped')).toBeLessThan(0.05)
  })

  it('finds the same choice after a reload, and no token in the address or in the browser', async () => {
    await open('/')
    await switchTo('carol')
    await page.getByRole('radio', { name: 'Subgraph' }).check()
    expect(new URL(page.url()).search).toBe('?as=carol&via=subgraph')
    await page.reload()
    await ready()
    expect(await who()).toBe('carol')
    const { body, url } = await ask('Run as carol')
    expect(body.data.viewer.username).toBe('carol')
    expect(new URL(url).pathname).toBe('/explorer/subgraph')
    const { cookies, origins } = await context.storageState()
    expect(JSON.stringify([page.url(), cookies, origins])).not.toMatch(/eyJ/)
  })

  it('is nobody without a token, and a service with one of its own', async () => {
    await open('/?as=nobody')
    const nobody = await ask('Run signed out')
    expect(nobody.headers['authorization']).toBeUndefined()
    expect(nobody.body).toMatchObject({ data: { viewer: null } })
    expect(nobody.body).not.toHaveProperty('errors')
    await switchTo('a service no user')
    await openExample('As another service')
    expect((await ask()).body.data.interactions).toHaveLength(2)
  })

  it('is answered what the editor says, however soon after an example was opened', async () => {
    await open('/?as=bob')
    const clicks = `
      [...document.querySelectorAll('.explorer-examples button')].find((each) => each.innerText.startsWith('What may I do?')).click()
      document.querySelector('.graphiql-execute-button').click()`
    const { body } = await askBy(() => page.evaluate(clicks))
    expect(body.errors).toBeUndefined()
    expect(body.data.relationships).toHaveLength(3)
  })

  it('becomes anybody whose UUID is pasted, and is told of one that is none', async () => {
    await open('/')
    await page.getByRole('button', { name: /^Signed .*Switch$/ }).click()
    const field = page.getByRole('textbox', { name: 'by UUID' })
    await field.fill('5e0f7a52-3c0b')
    await field.press('Enter')
    await page.getByText('Not a valid UUID').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill(' 5E0F7A52-3c0b-4a0e-9d4f-6f6f1c1d2e3f ')
    await field.press('Enter')
    await openExample('My contacts')
    const { body } = await ask('Run as 5e0f7a52…')
    expect(body.data.viewer.id).toBe('5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f')
    expect(page.url()).toContain('?as=5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f')
  })

  it('copies the id of whom they are', async () => {
    await open('/?as=judy')
    // The word stands there for a second and a half, which a busy machine may sleep through.
    await vi.waitFor(
      async () => {
        await page.bringToFront()
        await page.getByRole('button', { name: 'Copy the id' }).click({ timeout: 2_000 })
        await page.getByText('Copied', { exact: true }).waitFor({ timeout: 2_000 })
      },
      { timeout: 20_000 },
    )
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(idOf('judy'))
  })

  it('needs no mouse', async () => {
    await open('/')
    await page.getByRole('button', { name: /^Signed .*Switch$/ }).focus()
    for (const key of ['Enter', 'Tab', 'ArrowRight', 'ArrowDown', 'Enter'])
      await page.keyboard.press(key)
    await expect.poll(who).toBe(people[4])
    expect(await page.evaluate('document.activeElement.ariaLabel')).toContain('Signed in as erin')
  })
})

describe('the examples', () => {
  it('are all in the menu, and each opens in a tab of its own', async () => {
    await open('/')
    const menu = page.getByRole('navigation', { name: 'Examples' })
    expect(await menu.locator('li b').allTextContents()).toEqual(examples.map(({ title }) => title))
    await openExample('What may I do?')
    await openExample('Requests I received')
    await openExample('What may I do?')
    const titles = () => page.locator('.graphiql-tab-button').allTextContents()
    await expect.poll(titles).toEqual(['MyFriends', 'WhatMayIDo', 'RequestsIReceived'])
  })

  it('offer to switch to the person and the endpoint that they are for', async () => {
    await open('/')
    await openExample('What may I do?')
    await page.getByRole('button', { name: 'Switch to bob', exact: true }).click()
    await expect.poll(who).toBe('bob')
    await openExample('How a gateway asks')
    await page.getByRole('button', { name: 'Switch to alice and the subgraph' }).click()
    const { body } = await ask()
    expect(body.errors).toBeUndefined()
    expect(body.data._entities).toHaveLength(3)
    expect(await page.getByRole('button', { name: /^Switch to/ }).count()).toBe(0)
  })
})

describe('a token', () => {
  it('that is about to expire is fetched anew', async () => {
    const now = Math.floor(Date.now() / 1000)
    const { issuer, audience } = host.issuer
    const claims = { iss: issuer, aud: audience, iat: now, exp: now + 20, sub: idOf('alice') }
    const token = await host.issuer.sign(claims)
    await page.route('**/explorer/sign-in', (route) => route.fulfill({ json: { token } }), {
      times: 1,
    })
    await open('/')
    const { headers } = await ask()
    expect(headers['authorization']).toMatch(/^Bearer ey/)
    expect(headers['authorization']).not.toBe(`Bearer ${token}`)
  })

  it('that is refused is fetched anew, once', async () => {
    const good = await host.issuer.tokenFor(idOf('alice'))
    const token = `${good.slice(0, -8)}AAAAAAAA`
    await page.route('**/explorer/sign-in', (route) => route.fulfill({ json: { token } }), {
      times: 1,
    })
    await open('/')
    const refused = await ask()
    expect(refused.headers['authorization']).toBe(`Bearer ${token}`)
    expect(refused.body.errors[0].extensions.code).toBe('UNAUTHENTICATED')
    await expect.poll(footer).toMatch(/^Run as alice/)
    await expectAnswer('Carol Shaw')
  })
})

describe('what goes wrong', () => {
  it('is told when the address names nobody that there is', async () => {
    await open('/?as=zoe')
    expect(await alert()).toContain('“zoe” is neither a demo person nor a UUID.')
    await run()
    await expectAnswer('Nothing was sent.')
    await page.getByRole('button', { name: 'Switch to alice' }).click()
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is told when accounts gives no token, and nothing is asked in silence as nobody', async () => {
    const message = 'Nothing answers at http://127.0.0.1:4010/token.'
    await page.route('**/explorer/sign-in', (route) =>
      route.fulfill({ status: 502, json: { message } }),
    )
    await open('/')
    expect(await alert()).toContain(message)
    await run()
    await expectAnswer('Nothing was sent.')
    await page.unroute('**/explorer/sign-in')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => page.locator('.explorer-problem').count()).toBe(0)
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is told when the subgraph or the dev stack is gone', async () => {
    await open('/')
    const errors = [{ message: 'Nothing answers at the subgraph.' }]
    await page.route('**/graphql', (route) => route.fulfill({ status: 502, json: { errors } }))
    await run()
    await expectAnswer('Nothing answers at the subgraph.')
    await page.unroute('**/graphql')
    await page.route('**/graphql', (route) => route.abort())
    await run()
    await expectAnswer('The dev stack does not answer.')
  })

  it('is told when the page itself cannot be built', async () => {
    const body = 'The explorer could not be built. Out of paper.'
    await page.route('**/explorer/page/start.js', (route) => route.fulfill({ status: 500, body }))
    await page.goto(host.url)
    await page.getByText('The explorer could not start').waitFor()
    await page.getByText(body).waitFor()
  })
})

/** Opens the page and waits until it can be asked with. */
async function open(path: string): Promise<void> {
  await page.goto(host.url + path)
  await ready()
}

/** The first visit of all builds the page. */
async function ready(): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: 60_000 })
  await page.getByRole('navigation', { name: 'Examples' }).waitFor()
}

async function who(): Promise<string | null> {
  return page.locator('.explorer-me b').textContent()
}

const footer = () => page.locator('.explorer-answered').innerText()

const alert = () => page.locator('.explorer-problem').innerText()

async function switchTo(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Signed .*Switch$/ }).click()
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
}

async function openExample(title: string): Promise<void> {
  const menu = page.getByRole('navigation', { name: 'Examples' })
  await menu.getByText(title, { exact: true }).click()
}

const run = () => page.getByRole('button', { name: 'Execute query' }).click()

/**
 * Sends what is in the editor, and answers what went out and came back.
 * @param choice the button to press when the example is another person's
 */
const ask = (choice?: string) =>
  askBy(async () => {
    await run()
    if (choice !== undefined) await page.getByRole('button', { name: choice, exact: true }).click()
  })

const friendsIn = ({ body }: Awaited<ReturnType<typeof ask>>): string[] =>
  body.data.viewer.friends.edges.map(({ node }: { node: { username: string } }) => node.username)

async function askBy(sends: () => Promise<unknown>) {
  const isAnswer = (url: string, body: string | null) =>
    /\/(graphql|explorer\/subgraph)$/.test(url) && body?.includes('IntrospectionQuery') === false
  const [response] = await Promise.all([
    page.waitForResponse((each) => isAnswer(each.url(), each.request().postData())),
    sends(),
  ])
  return { url: response.url(), headers: response.request().headers(), body: await response.json() }
}

/** Waits until the pane of answers shows a text. */
async function expectAnswer(text: string): Promise<void> {
  const pane = page.locator('.graphiql-response .view-lines')
  await expect.poll(async () => (await pane.innerText()).replaceAll('\u00a0', ' ')).toContain(text)
}

import { describe, expect, it, vi } from 'vitest'
import { idOf, people } from '../../../src/dev/seed/people.ts'
import { readExamples } from '../../../src/dev/explorer/examples.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { type Exchange, openExplorerPage } from '../../support/explorer-page.ts'

// The explorer on a wide screen.

const host = await openExplorerHost()
const examples = await readExamples()
const explorer = openExplorerPage(host, {
  viewport: { width: 1280, height: 800 },
  permissions: ['clipboard-read', 'clipboard-write'],
})
const { open, ready, who, footer, alert, switchTo, openExample, run, ask, exchange, expectAnswer } =
  explorer

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
    expect(explorer.complaints).toEqual([])
    expect(await explorer.page.evaluate('window.jumped')).toBeLessThan(0.05)
  })

  it('finds the same choice after a reload, and no token in the address or in the browser', async () => {
    await open('/')
    await switchTo('carol')
    await explorer.page.getByRole('radio', { name: 'Subgraph' }).check()
    expect(new URL(explorer.page.url()).search).toBe('?as=carol&via=subgraph')
    await explorer.page.reload()
    await ready()
    expect(await who()).toBe('carol')
    const { body, url } = await ask('Run as carol')
    expect(body.data.viewer.username).toBe('carol')
    expect(new URL(url).pathname).toBe('/explorer/subgraph')
    const { cookies, origins } = await explorer.context.storageState()
    expect(JSON.stringify([explorer.page.url(), cookies, origins])).not.toMatch(/eyJ/)
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
    const { body } = await exchange(() => explorer.page.evaluate(clicks))
    expect(body.errors).toBeUndefined()
    expect(body.data.relationships).toHaveLength(3)
  })

  it('becomes anybody whose UUID is pasted, and is told of one that is none', async () => {
    await open('/')
    await explorer.person().click()
    const field = explorer.page.getByRole('textbox', { name: 'by UUID' })
    await field.fill('5e0f7a52-3c0b')
    await field.press('Enter')
    await explorer.page.getByText('Not a valid UUID').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await field.fill(' 5E0F7A52-3c0b-4a0e-9d4f-6f6f1c1d2e3f ')
    await field.press('Enter')
    await openExample('My contacts')
    const { body } = await ask('Run as 5e0f7a52…')
    expect(body.data.viewer.id).toBe('5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f')
    expect(explorer.page.url()).toContain('?as=5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f')
  })

  it('copies the id of whom they are', async () => {
    await open('/?as=judy')
    // The word stands there for a second and a half, which a busy machine may sleep through.
    await vi.waitFor(
      async () => {
        await explorer.page.bringToFront()
        await explorer.page.getByRole('button', { name: 'Copy the id' }).click({ timeout: 2_000 })
        await explorer.page.getByText('Copied', { exact: true }).waitFor({ timeout: 2_000 })
      },
      { timeout: 20_000 },
    )
    expect(await explorer.page.evaluate('navigator.clipboard.readText()')).toBe(idOf('judy'))
  })

  it('needs no mouse', async () => {
    await open('/')
    await explorer.person().focus()
    for (const key of ['Enter', 'Tab', 'ArrowRight', 'ArrowDown', 'Enter'])
      await explorer.page.keyboard.press(key)
    await expect.poll(who).toBe(people[4])
    expect(await explorer.page.evaluate('document.activeElement.textContent')).toContain(
      'Signed in as erin',
    )
  })
})

describe('the examples', () => {
  it('are all in the menu, and each opens in a tab of its own', async () => {
    await open('/')
    const menu = explorer.page.getByRole('navigation', { name: 'Examples' })
    expect(await menu.locator('li b').allTextContents()).toEqual(examples.map(({ title }) => title))
    await openExample('What may I do?')
    await openExample('Requests I received')
    await openExample('What may I do?')
    const titles = () => explorer.page.locator('.graphiql-tab-button').allTextContents()
    await expect.poll(titles).toEqual(['MyFriends', 'WhatMayIDo', 'RequestsIReceived'])
  })

  it('offer to switch to the person and the endpoint that they are for', async () => {
    await open('/')
    await openExample('What may I do?')
    await explorer.page.getByRole('button', { name: 'Switch to bob', exact: true }).click()
    await expect.poll(who).toBe('bob')
    await openExample('How a gateway asks')
    await explorer.page.getByRole('button', { name: 'Switch to alice and the subgraph' }).click()
    const { body } = await ask()
    expect(body.errors).toBeUndefined()
    expect(body.data._entities).toHaveLength(3)
    expect(await explorer.page.getByRole('button', { name: /^Switch to/ }).count()).toBe(0)
  })
})

describe('an example of another person', () => {
  it('is not run before the right person has been offered', async () => {
    await open('/?as=bob')
    let sent = 0
    await explorer.page.route('**/graphql', (route) => {
      if (route.request().postData()?.includes('IntrospectionQuery') === false) sent++
      return route.continue()
    })
    await run()
    const dialog = explorer.page.getByRole('dialog', { name: "This example is alice's." })
    await dialog.getByText('You are signed in as bob.').waitFor()
    await explorer.page.keyboard.press('Escape')
    await expectAnswer('Nothing was sent.')
    expect(await dialog.count()).toBe(0)
    expect([await who(), sent]).toEqual(['bob', 0])
  })

  it('runs as the right person', async () => {
    await open('/?as=nobody')
    const { body, headers } = await ask('Switch to alice and run')
    expect(body.data.viewer.username).toBe('alice')
    expect(headers['authorization']).toMatch(/^Bearer ey/)
    expect(await who()).toBe('alice')
    expect(explorer.page.url()).toContain('?as=alice')
  })

  it('runs as the person who is signed in when that is wanted, and does not ask again', async () => {
    await open('/?as=bob')
    expect((await ask('Run as bob')).body.data.viewer.username).toBe('bob')
    expect((await ask()).body.data.viewer.username).toBe('bob')
    await switchTo('carol')
    expect((await ask('Run as carol')).body.data.viewer.username).toBe('carol')
  })

  it('runs on the endpoint that it needs', async () => {
    await open('/')
    await openExample('Signed out')
    const { url, headers, body } = await ask('Sign out and switch to the subgraph and run')
    expect(new URL(url).pathname).toBe('/explorer/subgraph')
    expect(headers['authorization']).toBeUndefined()
    expect(body.data._entities[0].followers.totalCount).toBe(3)
    expect(await explorer.page.getByRole('radio', { name: 'Subgraph' }).isChecked()).toBe(true)
  })
})

describe('the documentation', () => {
  const scrolled = () =>
    explorer.page.locator('.graphiql-plugin').evaluate((pane) => pane.scrollTop)
  const scrollToEnd = () =>
    explorer.page.locator('.graphiql-plugin').evaluate((pane) => {
      pane.scrollTop = 1e6
    })

  it('opens at its top, and each of its pages too', async () => {
    await open('/')
    await scrollToEnd()
    expect(await scrolled()).toBeGreaterThan(100)
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    const docs = explorer.page.getByRole('region', { name: 'Documentation Explorer' })
    await docs.getByText('A GraphQL schema').waitFor()
    expect(await scrolled()).toBe(0)
    await scrollToEnd()
    await docs.getByRole('link', { name: 'Boolean', exact: true }).click()
    await docs.getByRole('link', { name: 'Go back to Docs' }).waitFor()
    expect(await scrolled()).toBe(0)
  })

  it('leaves the examples at the one that is open', async () => {
    await open('/?as=service')
    await openExample('As another service')
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await explorer.page.getByRole('button', { name: 'Show Examples' }).click()
    const current = explorer.page.locator('.explorer-examples [aria-current="true"]')
    await expect
      .poll(() => current.evaluate((each) => each.getBoundingClientRect().bottom <= innerHeight))
      .toBe(true)
  })
})

describe('a token', () => {
  it('that is about to expire is fetched anew', async () => {
    const now = Math.floor(Date.now() / 1000)
    const { issuer, audience } = host.issuer
    const claims = { iss: issuer, aud: audience, iat: now, exp: now + 20, sub: idOf('alice') }
    const token = await host.issuer.sign(claims)
    await explorer.page.route(
      '**/explorer/sign-in',
      (route) => route.fulfill({ json: { token } }),
      {
        times: 1,
      },
    )
    await open('/')
    const { headers } = await ask()
    expect(headers['authorization']).toMatch(/^Bearer ey/)
    expect(headers['authorization']).not.toBe(`Bearer ${token}`)
  })

  it('that is refused is fetched anew, once', async () => {
    const good = await host.issuer.tokenFor(idOf('alice'))
    const token = `${good.slice(0, -8)}AAAAAAAA`
    await explorer.page.route(
      '**/explorer/sign-in',
      (route) => route.fulfill({ json: { token } }),
      {
        times: 1,
      },
    )
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
    await explorer.page.getByRole('button', { name: 'Switch to alice' }).click()
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is told when accounts gives no token, and nothing is asked in silence as nobody', async () => {
    const message = 'Nothing answers at http://127.0.0.1:4010/token.'
    await explorer.page.route('**/explorer/sign-in', (route) =>
      route.fulfill({ status: 502, json: { message } }),
    )
    await open('/')
    expect(await alert()).toContain(message)
    await run()
    await expectAnswer('Nothing was sent.')
    await explorer.page.unroute('**/explorer/sign-in')
    await explorer.page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => explorer.page.locator('.explorer-problem').count()).toBe(0)
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is told when the subgraph or the dev stack is gone', async () => {
    await open('/')
    const errors = [{ message: 'Nothing answers at the subgraph.' }]
    await explorer.page.route('**/graphql', (route) =>
      route.fulfill({ status: 502, json: { errors } }),
    )
    await run()
    await expectAnswer('Nothing answers at the subgraph.')
    await explorer.page.unroute('**/graphql')
    await explorer.page.route('**/graphql', (route) => route.abort())
    await run()
    await expectAnswer('The dev stack does not answer.')
  })

  it('is told when the page itself cannot be built', async () => {
    const body = 'The explorer could not be built. Out of paper.'
    await explorer.page.route('**/explorer/page/start.js', (route) =>
      route.fulfill({ status: 500, body }),
    )
    await explorer.page.goto(host.url)
    await explorer.page.getByText('The explorer could not start').waitFor()
    await explorer.page.getByText(body).waitFor()
  })
})

const friendsIn = ({ body }: Exchange): string[] =>
  body.data.viewer.friends.edges.map(({ node }: { node: { username: string } }) => node.username)

import { describe, expect, it, vi } from 'vitest'
import { idOf, people } from '../../../src/dev/seed/people.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { type Exchange, openExplorerPage, patience } from '../../support/explorer-page.ts'

// The explorer on a wide screen: who is signed in, tokens, and what goes wrong.

const host = await openExplorerHost()
const explorer = openExplorerPage(host, {
  viewport: { width: 1280, height: 800 },
  permissions: ['clipboard-read', 'clipboard-write'],
})
const { open, ready, who, footer, alert, switchTo, openExample, run, ask, exchange, expectAnswer } =
  explorer

describe('somebody who opens the explorer', () => {
  it('is alice, and sees her friends; switches to bob, runs it as him, and sees his', async () => {
    await open('/')
    await expect.poll(who, patience).toBe('alice')
    const alice = await ask()
    expect(friendsIn(alice)).toEqual(['carol', 'bob'])
    expect(alice.headers['authorization']).toMatch(/^Bearer ey/)
    await expectAnswer('Carol Shaw')
    await expect
      .poll(footer, patience)
      .toMatch(/^Run as alice on the gateway: \d+ ms, \d SQL statements\.$/)

    await switchTo('bob')
    await expect.poll(footer, patience).toContain('You are now bob.')
    const bob = await ask('Run as bob')
    expect(bob.body.data.viewer.username).toBe('bob')
    expect(friendsIn(bob)).toEqual(['dave', 'carol', 'alice'])
    await expect.poll(footer, patience).toMatch(/^Run as bob/)
    expect(explorer.complaints).toEqual([])
    expect(await explorer.page.evaluate('window.jumped')).toBeLessThan(0.05)
  })

  it('is the same person after a reload, and no token is in the address or stored', async () => {
    await open('/')
    await switchTo('carol')
    await explorer.page.getByRole('radio', { name: 'Subgraph' }).check()
    const search = () => new URL(explorer.page.url()).search
    await expect.poll(search, patience).toBe('?as=carol&via=subgraph')
    await explorer.page.reload()
    await ready()
    await expect.poll(who, patience).toBe('carol')
    const { body, url } = await ask('Run as carol')
    expect(body.data.viewer.username).toBe('carol')
    expect(new URL(url).pathname).toBe('/explorer/subgraph')
    const { cookies, origins } = await explorer.context.storageState()
    expect(JSON.stringify([explorer.page.url(), cookies, origins])).not.toMatch(/eyJ/)
  })

  it('has no token when signed out, and a service token as a service', async () => {
    await open('/?as=nobody')
    const nobody = await ask('Run signed out')
    expect(nobody.headers['authorization']).toBeUndefined()
    expect(nobody.body).toMatchObject({ data: { viewer: null } })
    expect(nobody.body).not.toHaveProperty('errors')
    await switchTo('a service no user')
    await openExample('As another service')
    expect((await ask()).body.data.interactions).toHaveLength(2)
  })

  it('runs what the editor shows, also immediately after opening an example', async () => {
    await open('/?as=bob')
    const clicks = `
      [...document.querySelectorAll('.explorer-examples button')].find((each) => each.innerText.startsWith('What may I do?')).click()
      document.querySelector('.graphiql-execute-button').click()`
    const { body } = await exchange(() => explorer.page.evaluate(clicks))
    expect(body.errors).toBeUndefined()
    expect(body.data.relationships).toHaveLength(3)
  })

  it('signs in as any pasted UUID, and is told when it is not valid', async () => {
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

  it('copies the id of the person', async () => {
    await open('/?as=judy')
    // The word stands there for a second and a half, which a busy machine may sleep through.
    await vi.waitFor(
      async () => {
        await explorer.page.bringToFront()
        await explorer.page.getByRole('button', { name: 'Copy the id' }).click({ timeout: 2_000 })
        await explorer.page.getByText('Copied', { exact: true }).waitFor({ timeout: 2_000 })
      },
      { timeout: patience.timeout },
    )
    expect(await explorer.page.evaluate('navigator.clipboard.readText()')).toBe(idOf('judy'))
  })

  it('needs no mouse', async () => {
    await open('/')
    await explorer.person().focus()
    for (const key of ['Enter', 'Tab', 'ArrowRight', 'ArrowDown', 'Enter'])
      await explorer.page.keyboard.press(key)
    await expect.poll(who, patience).toBe(people[4])
    const focused = () => explorer.page.evaluate('document.activeElement.textContent')
    await expect.poll(focused, patience).toContain('Signed in as erin')
  })
})

describe('a token', () => {
  it('that is about to expire is fetched again', async () => {
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

  it('that is refused is fetched again, once', async () => {
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
    await expect.poll(footer, patience).toMatch(/^Run as alice/)
    await expectAnswer('Carol Shaw')
  })
})

describe('what goes wrong', () => {
  it('is shown when the address names an unknown person', async () => {
    await open('/?as=zoe')
    await expect.poll(alert, patience).toContain('“zoe” is neither a demo person nor a UUID.')
    await run()
    await expectAnswer('Nothing was sent.')
    await explorer.page.getByRole('button', { name: 'Switch to alice' }).click()
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is shown when accounts gives no token, and nothing is sent without one', async () => {
    const message = 'Nothing answers at http://127.0.0.1:4010/token.'
    await explorer.page.route('**/explorer/sign-in', (route) =>
      route.fulfill({ status: 502, json: { message } }),
    )
    await open('/')
    await expect.poll(alert, patience).toContain(message)
    await run()
    await expectAnswer('Nothing was sent.')
    await explorer.page.unroute('**/explorer/sign-in')
    await explorer.page.getByRole('button', { name: 'Try again' }).click()
    const problems = () => explorer.page.locator('.explorer-problem').count()
    await expect.poll(problems, patience).toBe(0)
    expect((await ask()).body.data.viewer.username).toBe('alice')
  })

  it('is shown when the subgraph or the dev stack does not answer', async () => {
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

  it('is shown when the page cannot be built', async () => {
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

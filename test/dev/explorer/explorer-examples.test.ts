import { describe, expect, it } from 'vitest'
import { readExamples } from '../../../src/dev/explorer/examples.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { openExplorerPage, patience } from '../../support/explorer-page.ts'

// The explorer on a wide screen: its examples and its documentation.

const host = await openExplorerHost()
const examples = await readExamples()
const explorer = openExplorerPage(host, { viewport: { width: 1280, height: 800 } })
const { open, who, switchTo, openExample, run, ask, expectAnswer } = explorer

describe('the examples', () => {
  it('are all in the menu, and each opens in a tab of its own', async () => {
    await open('/')
    const menu = explorer.page.getByRole('navigation', { name: 'Examples' })
    await expect
      .poll(() => menu.locator('li b').allTextContents(), patience)
      .toEqual(examples.map(({ title }) => title))
    await openExample('What may I do?')
    await openExample('Requests I received')
    await openExample('What may I do?')
    const titles = () => explorer.page.locator('.graphiql-tab-button').allTextContents()
    await expect.poll(titles, patience).toEqual(['MyFriends', 'WhatMayIDo', 'RequestsIReceived'])
  })

  it('offer to switch to the person and the endpoint that they are for', async () => {
    await open('/')
    await openExample('What may I do?')
    await explorer.page.getByRole('button', { name: 'Switch to bob', exact: true }).click()
    await expect.poll(who, patience).toBe('bob')
    await openExample('How a gateway asks')
    await explorer.page.getByRole('button', { name: 'Switch to alice and the subgraph' }).click()
    const { body } = await ask()
    expect(body.errors).toBeUndefined()
    expect(body.data._entities).toHaveLength(3)
    const offers = explorer.page.getByRole('button', { name: /^Switch to/ })
    await expect.poll(() => offers.count(), patience).toBe(0)
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
    await expect.poll(() => dialog.count(), patience).toBe(0)
    expect([await who(), sent]).toEqual(['bob', 0])
  })

  it('runs as the right person', async () => {
    await open('/?as=nobody')
    const { body, headers } = await ask('Switch to alice and run')
    expect(body.data.viewer.username).toBe('alice')
    expect(headers['authorization']).toMatch(/^Bearer ey/)
    await expect.poll(who, patience).toBe('alice')
    await expect.poll(() => explorer.page.url(), patience).toContain('?as=alice')
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
    const subgraph = explorer.page.getByRole('radio', { name: 'Subgraph' })
    await expect.poll(() => subgraph.isChecked(), patience).toBe(true)
  })
})

describe('the documentation', () => {
  const scrolled = () =>
    explorer.page.locator('.graphiql-plugin').evaluate((pane) => pane.scrollTop)
  /** The pane may be filled, and go back to its top, a moment after it is there. */
  const scrollToEnd = async () => {
    const scroll = () =>
      explorer.page.locator('.graphiql-plugin').evaluate((pane) => (pane.scrollTop = 1e6))
    const isDown = async () => {
      const wasDown = (await scrolled()) > 100
      if (!wasDown) await scroll()
      return wasDown
    }
    await expect.poll(isDown, patience).toBe(true)
  }

  it('opens at its top, and each of its pages too', async () => {
    await open('/')
    await scrollToEnd()
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    const docs = explorer.page.getByRole('region', { name: 'Documentation Explorer' })
    await docs.getByText('A GraphQL schema').waitFor()
    await expect.poll(scrolled, patience).toBe(0)
    await scrollToEnd()
    await docs.getByRole('link', { name: 'Boolean', exact: true }).click()
    await docs.getByRole('link', { name: 'Go back to Docs' }).waitFor()
    await expect.poll(scrolled, patience).toBe(0)
  })

  it('leaves the examples at the one that is open', async () => {
    await open('/?as=service')
    await openExample('As another service')
    await explorer.page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await explorer.page.getByRole('button', { name: 'Show Examples' }).click()
    const current = explorer.page.locator('.explorer-examples [aria-current="true"]')
    await expect
      .poll(
        () => current.evaluate((each) => each.getBoundingClientRect().bottom <= innerHeight),
        patience,
      )
      .toBe(true)
  })
})

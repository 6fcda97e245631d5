import { describe, expect, it } from 'vitest'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { openExplorerPage, patience } from '../../support/explorer-page.ts'

// The explorer on a telephone: one view at a time, and a bar at the bottom that switches.

const host = await openExplorerHost()
const explorer = openExplorerPage(host, {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
})
const { open, openExample, ask, run, switchTo, expectAnswer } = explorer

const show = (view: string) =>
  explorer.page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: view, exact: true })
    .click()

describe('on a telephone', () => {
  it('nothing scrolls sideways, and every button is within the screen', async () => {
    const { page } = await atStart('/')
    await expectFit('the query')
    await ask()
    await expectAnswer('Carol Shaw')
    await expectFit('the answer')
    for (const view of ['Examples', 'Docs', 'History']) {
      await show(view)
      await expectFit(view)
    }
    await show('Docs')
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click()
    await expectFit('a page of the docs')

    await show('Query')
    await page.getByRole('button', { name: 'Variables' }).click()
    await expectFit('the variables')
    await explorer.person().click()
    await page.getByRole('textbox', { name: 'by UUID' }).fill('5e0f7a52')
    await page.keyboard.press('Enter')
    await page.getByText('Not a valid UUID').waitFor()
    await expectFit('the people')
    await page.keyboard.press('Escape')
    await switchTo('bob')
    await run()
    await page.getByRole('button', { name: 'Run as bob' }).waitFor()
    await expectFit('the offer')
    await page.keyboard.press('Escape')
    await atStart('/?as=zoe')
    await expectFit('a problem')
  })

  it.each([
    [320, 640],
    [844, 390],
    [768, 1024],
  ])('everything is within a screen of %i × %i pixels too', async (width, height) => {
    await explorer.page.setViewportSize({ width, height })
    await open('/?as=bob')
    for (const view of ['Examples', 'Docs', 'Answer', 'Query']) {
      await show(view)
      await expectFit(view)
    }
    const bar = () => explorer.page.getByRole('navigation', { name: 'Views' }).boundingBox()
    const tools = () => explorer.page.getByRole('button', { name: 'Variables' }).boundingBox()
    await expect.poll(async () => endOf(await bar()), patience).toBeLessThanOrEqual(height)
    await expect
      .poll(async () => endOf(await tools()) - ((await bar())?.y ?? 0), patience)
      .toBeLessThanOrEqual(0)
  })

  it('an example is opened, run and read', async () => {
    const { page } = await atStart('/')
    await show('Examples')
    await openExample('Games that carol can see')
    await page.locator('.graphiql-query-editor').waitFor()
    const { body } = await ask('Switch to carol and run')
    expect(body.data.viewer.username).toBe('carol')
    await expectAnswer('carol@example.com')
    await page.locator('.graphiql-query-editor').waitFor({ state: 'hidden' })
    await expect.poll(explorer.footer, patience).toMatch(/^Run as carol on the gateway/)
    await show('Query')
    await page.locator('.graphiql-response').waitFor({ state: 'hidden' })
  })

  it('the docs open at their top', async () => {
    const { page } = await atStart('/')
    const pane = page.locator('.graphiql-plugin')
    await show('Examples')
    await pane.evaluate((each) => {
      each.scrollTop = 1e6
    })
    await show('Docs')
    await expect.poll(() => pane.evaluate((each) => each.scrollTop), patience).toBe(0)
  })

  it('the tab of the newest example is in sight', async () => {
    const { page } = await atStart('/')
    for (const title of ['My contacts', 'Find people', 'Relationships with five people']) {
      await show('Examples')
      await openExample(title)
    }
    const tab = page.locator('.graphiql-tab-active')
    await expect
      .poll(
        () => tab.evaluate((each) => each.getBoundingClientRect().right <= innerWidth),
        patience,
      )
      .toBe(true)
  })
})

/** The lower edge. Nowhere, without a box. */
function endOf(box: { readonly y: number; readonly height: number } | null): number {
  return box === null ? Number.POSITIVE_INFINITY : box.y + box.height
}

async function atStart(path: string) {
  await open(path)
  return explorer
}

/**
 * The page is as wide as the screen, and so is everything that can be pressed and is shown, but for
 * what scrolls in a row of its own.
 */
async function expectFit(state: string): Promise<void> {
  const look = () =>
    explorer.page.evaluate<object>(`({
    wide: document.scrollingElement.scrollWidth,
    outside: [...document.querySelectorAll('button, input, a, label')]
      .filter((each) => each.checkVisibility() && each.closest('.graphiql-tabs, .monaco-editor') === null)
      .filter((each) => {
        const { left, right } = each.getBoundingClientRect()
        return left < 0 || right > innerWidth
      })
      .map((each) => each.outerHTML.slice(0, 100)),
  })`)
  const wide = explorer.page.viewportSize()?.width
  await expect
    .poll(async () => ({ state, ...(await look()) }), patience)
    .toEqual({ state, wide, outside: [] })
}

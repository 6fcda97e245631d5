import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { openExplorerPage } from '../../support/explorer-page.ts'

// What axe finds in the explorer, in every state, light and dark, wide and narrow: nothing of ours.

const host = await openExplorerHost()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Faults of GraphiQL itself, by rule and place. */
const known = [
  // Each tab is an element that can be dragged and holds two buttons.
  ['nested-interactive', '.graphiql-tabs'],
  // The names of types are told from the text around them by colour only.
  ['link-in-text-block', '.graphiql-doc-explorer'],
  // The queries of the history are buttons with another name than their text.
  ['label-content-name-mismatch', '.graphiql-history'],
] as const

const sizes = { wide: { width: 1360, height: 860 }, narrow: { width: 390, height: 844 } }
const schemes = ['light', 'dark'] as const

const explorer = openExplorerPage(host, {})
const { open, run, ask } = explorer

describe.each(Object.entries(sizes))('on a %s screen', (size, viewport) => {
  it.each(schemes)(
    'axe finds nothing in a %s page',
    async (colorScheme) => {
      const { page } = explorer
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await open('/')
      await expectNothing('the first example')
      await ask()
      await expectNothing('its answer')
      for (const [view, button] of [
        ['Examples', ''],
        ['History', 'Show History'],
        ['Docs', 'Show Documentation Explorer'],
      ] as const) {
        if (size === 'narrow') await page.getByRole('button', { name: view, exact: true }).click()
        else if (button !== '') await page.getByRole('button', { name: button }).click()
        await expectNothing(view)
      }
      await open('/?as=bob')
      await explorer.person().click()
      await page.getByRole('textbox', { name: 'by UUID' }).fill('x')
      await page.keyboard.press('Enter')
      await expectNothing('the people')
      await page.keyboard.press('Escape')
      await run()
      await page.getByRole('dialog', { name: 'This example is' }).waitFor()
      await expectNothing('the offer')
      await page.keyboard.press('Escape')
      await open('/?as=zoe')
      await page.getByRole('alert').first().waitFor()
      await expectNothing('a problem')
    },
    600_000,
  )
})

async function expectNothing(state: string): Promise<void> {
  await explorer.page.evaluate(axe)
  const found = await explorer.page.evaluate(`(async () => {
    const known = ${JSON.stringify(known)}
    const { violations } = await axe.run(
      // The editor has its own colours for comments and line numbers.
      { exclude: ['.monaco-editor'] },
      { resultTypes: ['violations'] },
    )
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target: [selector] }) =>
          !known.some(([rule, place]) => rule === id && document.querySelector(selector)?.closest(place)))
        .map(({ html, failureSummary }) => [id, html, failureSummary].join(' ')))
  })()`)
  expect([state, found]).toEqual([state, []])
}

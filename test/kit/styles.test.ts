import { join } from 'node:path'
import { build } from 'vite'
import { expect, it } from 'vitest'

it('the styles of the kit keep their colours when a build replaces light-dark() for older browsers', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      // Vite's own target, as a new app has it.
      rolldownOptions: { input: join(import.meta.dirname, '../../src/kit/styles/styles.css') },
    },
  })
  if (!('output' in built)) throw new Error('No bundle.')
  const asset = built.output.find(({ fileName }) => fileName.endsWith('.css'))
  const css = asset?.type === 'asset' ? String(asset.source) : ''
  expect(css).toContain('var(--lightningcss-light,')
  // What is put in place of it needs a color-scheme somewhere, and hosts may have none.
  expect(css).toContain('--lightningcss-light:initial')
})

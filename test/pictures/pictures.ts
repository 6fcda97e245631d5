import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'
import type { Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type Picture, takePicture } from './browser.ts'
import { showConsole, showExplorer, showInsights } from './pages.ts'
import { startStack } from './stack.ts'

// `npm run docs:pictures`, or `npm run docs:pictures -- console` for those whose names begin so:
// starts the dev stack on free ports and fresh data, and takes the pictures of the README and the
// docs: of the explorer with the demo people alone, of the console and of insights with the demo
// history. Moments, durations and who is online are fixed, so a picture changes only when its page,
// the demo people or the fonts do, with two exceptions: insights end today, and suggestions come
// from another sample each day.

const folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures')
const wide = { width: 1360, height: 870 } as const
const phone = { width: 390, height: 844 } as const

/** Alice's for friends, with whom she could invite. */
const demoGame = '/games/00000000-0000-4000-9000-000000000002'

type Show = (page: Page, origin: string) => Promise<void>
const consolePage =
  (path: string): Show =>
  (page, origin) =>
    showConsole(page, origin, path)

const withDemoPeople: readonly (readonly [Picture, Show])[] = [
  [{ file: 'explorer.png', ...wide, colorScheme: 'light' }, showExplorer],
  [{ file: 'explorer-dark.png', ...wide, colorScheme: 'dark' }, showExplorer],
  [{ file: 'explorer-phone.png', ...phone, colorScheme: 'light' }, showExplorer],
]
const withHistory: readonly (readonly [Picture, Show])[] = [
  [{ file: 'console.png', ...wide, colorScheme: 'light' }, consolePage('/')],
  [{ file: 'console-dark.png', ...wide, colorScheme: 'dark' }, consolePage(demoGame)],
  [{ file: 'console-phone.png', ...phone, colorScheme: 'light' }, consolePage('/')],
  [{ file: 'insights.png', ...wide, colorScheme: 'light' }, showInsights],
]

await mkdir(folder, { recursive: true })
const browser = await launchChromium()
try {
  await takeAll(withDemoPeople)
  await takeAll(withHistory, '--history')
} finally {
  await browser.close()
}

async function takeAll(all: typeof withHistory, ...options: readonly string[]): Promise<void> {
  const [beginning = ''] = argv.slice(2)
  const pictures = all.filter(([{ file }]) => file.startsWith(beginning))
  if (pictures.length === 0) return
  const stack = await startStack(...options)
  try {
    for (const [picture, show] of pictures) {
      const png = await takePicture(browser, picture, (page) => show(page, stack.origin))
      await writeFile(join(folder, picture.file), png)
      stdout.write(`docs/pictures/${picture.file}: ${Math.ceil(png.length / 1024)} KB\n`)
    }
  } finally {
    await stack.stop()
  }
}

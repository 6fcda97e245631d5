import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath, stdout } from 'node:process'
import { createInterface } from 'node:readline'
import { type Browser, chromium, type Page } from 'playwright-core'
import { palettePng } from './palette-png.ts'
import { pixelsOf } from './pixels.ts'

// `npm run docs:pictures`: starts the dev stack on free ports and fresh data, and takes the
// pictures of the explorer that the README shows, and with the demo history that of insights.
// Moments and durations of the explorer are fixed, so its pictures change only when the page or the
// demo people do. Insights end today, so their picture changes with each run.

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, 'docs', 'pictures')

interface Picture {
  readonly file: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

const pictures: readonly Picture[] = [
  { file: 'explorer.png', width: 1360, height: 870, colorScheme: 'light' },
  { file: 'explorer-dark.png', width: 1360, height: 870, colorScheme: 'dark' },
  { file: 'explorer-phone.png', width: 390, height: 844, colorScheme: 'light' },
]

const insights = { file: 'insights.png', width: 1360, height: 870, colorScheme: 'light' } as const

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --font-render-hinting=none --disable-lcd-text --force-color-profile=srgb'

await mkdir(folder, { recursive: true })
const stack = await startStack()
const browser = await chromium.launch({
  executablePath: env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: flags.split(' '),
})
try {
  for (const picture of pictures) {
    await keep(picture, await take(browser, stack.explorerUrl, picture))
  }
} finally {
  await stack.stop()
}
const withHistory = await startStack('--history')
try {
  await keep(insights, await takeInsights(browser, withHistory.explorerUrl, insights))
} finally {
  await withHistory.stop()
  await browser.close()
}

async function keep({ file }: Picture, png: Buffer): Promise<void> {
  await writeFile(join(folder, file), png)
  stdout.write(`docs/pictures/${file}: ${Math.ceil(png.length / 1024)} KB\n`)
}

/** A dev stack of its own, without anything left behind. */
async function startStack(...options: readonly string[]) {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'connections-pictures-'))
  // Where this runs as root, Postgres runs as another user, who must be able to enter.
  await chmod(dataDirectory, 0o755)
  const ports = ['GATEWAY_PORT', 'PORT', 'ACCOUNTS_PORT', 'GAMES_PORT', 'NOTIFICATIONS_PORT']
  const words = [join(root, 'src', 'main.ts'), 'dev', '--json', '--data', dataDirectory, ...options]
  const child = spawn(execPath, words, {
    env: {
      ...env,
      ...Object.fromEntries([...ports, 'POSTGRES_PORT'].map((name) => [name, '0'])),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGINT')
    await ended
    await rm(dataDirectory, { recursive: true, force: true })
  }
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const first = await Promise.race([line, ended])
  if (typeof first[0] !== 'string') {
    await rm(dataDirectory, { recursive: true, force: true })
    throw new Error('The dev stack ended before it was ready.')
  }
  const { places } = JSON.parse(first[0]) as { places: { gateway: string } }
  return { explorerUrl: new URL('/', places.gateway).href, stop }
}

/** The first example, run as alice, with its answer. */
async function take(browser: Browser, url: string, { width, height, colorScheme }: Picture) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 2,
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const moment = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/g
    await route.fulfill({
      response,
      body: (await response.text()).replace(moment, '"2026-01-15T09:30:00.000Z"'),
    })
  })
  await page.goto(url)
  await page.locator('.graphiql-query-editor .mtk1').first().waitFor({ timeout: 120_000 })
  await page.getByRole('button', { name: 'Execute query' }).click()
  const footer = page.locator('.explorer-answered')
  await footer.getByText(/\d ms/).waitFor()
  await page.locator('.graphiql-response .view-line').nth(10).waitFor()
  await fixDuration(page)
  // Nothing is hovered, focused or still moving.
  await page.mouse.move(width - 2, height - 2)
  await page.evaluate('document.activeElement.blur()')
  await page.waitForTimeout(1_000)
  const full = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const png = palettePng(await pixelsOf(page, full))
  await context.close()
  return png
}

/** The page of insights, when the worker has counted enough to judge the three success criteria. */
async function takeInsights(browser: Browser, url: string, picture: Picture) {
  const { width, height, colorScheme } = picture
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 2,
    colorScheme,
  })
  const page = await context.newPage()
  do {
    await page.waitForTimeout(1_000)
    await page.goto(new URL('/insights', url).href)
  } while ((await page.locator('.result').count()) < 3)
  const png = palettePng(await pixelsOf(page, await page.screenshot({ caret: 'hide' })))
  await context.close()
  return png
}

/** How long the answer took depends on the machine. */
async function fixDuration(page: Page): Promise<void> {
  await page.evaluate(`
    const walker = document.createTreeWalker(document.querySelector('.explorer-answered'), NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { currentNode: text } = walker
      if (/^\\d+$/.test(text.data)) text.data = '12'
    }`)
}

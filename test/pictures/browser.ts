import { env } from 'node:process'
import { type Browser, chromium, type Page } from 'playwright-core'
import { palettePng, type Pixels } from './palette-png.ts'

/** A picture, and the window that it shows. */
export interface Picture {
  readonly file: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --font-render-hinting=none --disable-lcd-text --force-color-profile=srgb'

/** Debian's Chromium, or the one that `CHROMIUM` names. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags.split(' '),
  })
}

/** Takes a picture of a window, after a page has been shown in it. @returns a PNG of few colours */
export async function takePicture(
  browser: Browser,
  { width, height, colorScheme }: Picture,
  show: (page: Page) => Promise<void>,
): Promise<Buffer> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 2,
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    await show(page)
    // Nothing is hovered, focused or still moving.
    await page.mouse.move(width - 2, height - 2)
    await page.evaluate('document.activeElement.blur()')
    await page.waitForTimeout(1_000)
    const full = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    return palettePng(await pixelsOf(page, full))
  } finally {
    await context.close()
  }
}

/** Decodes a PNG, in a page that may load data: URLs. */
async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
  const blank = await page.context().newPage()
  const { width, height, base64 } = await blank.evaluate(
    async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0)
      const data = context?.getImageData(0, 0, image.width, image.height).data
      return {
        width: image.width,
        height: image.height,
        base64: (
          new Uint8Array(data?.buffer ?? []) as unknown as { toBase64(): string }
        ).toBase64(),
      }
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
  return { width, height, rgba: Buffer.from(base64, 'base64') }
}

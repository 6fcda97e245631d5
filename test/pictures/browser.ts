import type { Browser, Page } from 'playwright-core'
import { palettePng } from './palette-png.ts'
import { pixelsOf } from './pixels.ts'

/** A picture, and the window that it shows. */
export interface Picture {
  readonly file: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
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
    // What is still asked for would fail when the window closes.
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    return palettePng(await pixelsOf(page, full))
  } finally {
    await context.close()
  }
}

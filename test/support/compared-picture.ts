import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { palettePng } from '../pictures/palette-png.ts'
import { pixelsOf } from '../pictures/pixels.ts'

/** Something that is to look as it did. */
export interface Look {
  readonly page: Page
  /** The whole window, or the part of it that is compared. */
  readonly part: Page | ReturnType<Page['locator']>
  /** The file of the picture. */
  readonly path: string
  /** CSS for the picture alone: what is not the same in each run does not show in it. */
  readonly style: string
  /** The share of pixels that may differ: letters are not alike in all versions of Chromium. */
  readonly tolerance: number
}

/** How long something may take until it looks as it did, and how often it is looked at. */
const [patienceMs, betweenMs] = [30_000, 300]

/** The font that Debian's Chromium always brings along. */
export const pictureFont = 'DejaVu Sans'

/**
 * Compares what something looks like with its picture, which `vitest run FILE -u` takes anew.
 * Nothing is compared on a machine without the font of the pictures.
 * @return a line that names the file with the new picture; none when the two look alike
 */
export async function differenceFound(look: Look): Promise<readonly string[]> {
  const { page, path, tolerance } = look
  if (!(await hasFont(page))) return []
  if (isUpdating()) {
    const shot = await photographStill(look)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, palettePng(await pixelsOf(page, shot)))
    return []
  }
  const end = performance.now() + patienceMs
  let shot: Buffer
  let share: number
  // What is read last may come after the page has been found quiet.
  do {
    shot = await photograph(look)
    share = await difference(page, shot, path)
    if (share <= tolerance) return []
    await sleep(betweenMs)
  } while (performance.now() < end)
  const kept = join(tmpdir(), 'connections-pictures', parse(path).base)
  await mkdir(dirname(kept), { recursive: true })
  await writeFile(kept, shot)
  return [`${parse(path).name} differs from its picture by ${(share * 100).toFixed(2)} %: ${kept}`]
}

/** The share of pixels in which something differs visibly from its picture. */
export async function differenceFromLook(look: Look): Promise<number> {
  return difference(look.page, await photograph(look), look.path)
}

/** The first photograph that is like the one before. */
async function photographStill(look: Look): Promise<Buffer> {
  let before = await photograph(look)
  for (;;) {
    await sleep(betweenMs)
    const shot = await photograph(look)
    if (shot.equals(before)) return shot
    before = shot
  }
}

async function photograph({ page, part, style }: Look): Promise<Buffer> {
  await page.mouse.move(0, 0)
  return part.screenshot({ animations: 'disabled', caret: 'hide', style })
}

/** All of the pixels differ when the sizes do. */
async function difference(page: Page, shot: Buffer, path: string): Promise<number> {
  if (!existsSync(path)) throw new Error(`There is no ${path}; \`vitest run FILE -u\` makes it.`)
  const blank = await page.context().newPage()
  try {
    const pictures = [shot, readFileSync(path)].map((png) => png.toString('base64'))
    return await blank.evaluate(async (both) => {
      const decode = async (base64: string) => {
        const answer = await fetch(`data:image/png;base64,${base64}`)
        const image = await createImageBitmap(await answer.blob())
        const { width, height } = image
        const context = new OffscreenCanvas(width, height).getContext('2d')
        context?.drawImage(image, 0, 0)
        const data = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
        return { width, height, data }
      }
      const [now, before] = [await decode(both[0] ?? ''), await decode(both[1] ?? '')]
      // A line of text may be a pixel higher somewhere else.
      if (Math.abs(now.width - before.width) + Math.abs(now.height - before.height) > 4) return 1
      const width = Math.min(now.width, before.width)
      const height = Math.min(now.height, before.height)
      let different = 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [at, other] = [(y * now.width + x) * 4, (y * before.width + x) * 4]
          let apart = 0
          for (let channel = 0; channel < 3; channel++)
            apart += Math.abs((now.data[at + channel] ?? 0) - (before.data[other + channel] ?? 0))
          if (apart > 96) different++
        }
      }
      return different / (width * height)
    }, pictures)
  } finally {
    await blank.close()
  }
}

/** Vitest was called with `-u`. */
function isUpdating(): boolean {
  return expect.getState().snapshotState.snapshotUpdateState === 'all'
}

function hasFont(page: Page): Promise<boolean> {
  return page.evaluate((font) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    const widthIn = (family: string) => {
      if (context) context.font = `20px ${family}`
      return context?.measureText('Wide letters, mmm').width
    }
    return widthIn(`'${font}', monospace`) !== widthIn('monospace')
  }, pictureFont)
}

import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { palettePng } from '../../../pictures/palette-png.ts'
import { pixelsOf } from '../../../pictures/pixels.ts'
import type { Screen } from './harness.ts'

const folder = join(import.meta.dirname, '..', 'pictures')

/** Share of pixels that may differ: edges of letters are not alike in all versions of Chromium. */
const tolerance = 0.01

/**
 * Compares what a component looks like with its picture in `test/kit/ui/pictures`, which
 * `vitest run FILE -u` takes anew. Moments are left out of it. Nothing is compared on a machine
 * without the font of the pictures.
 * @throws AssertionError that names the file with the new picture
 */
export async function expectPicture(screen: Screen, name: string): Promise<void> {
  const { page } = screen
  if (!(await hasFont(page))) return
  const shot = await photograph(screen)
  if (isUpdating()) {
    await writeFile(pathOf(name), palettePng(await pixelsOf(page, shot)))
    return
  }
  const share = await difference(page, shot, name)
  if (share <= tolerance) return
  const kept = join(tmpdir(), 'connections-pictures', `${name}.png`)
  await mkdir(join(kept, '..'), { recursive: true })
  await writeFile(kept, shot)
  expect.fail(`${name} differs from its picture by ${(share * 100).toFixed(1)} %: ${kept}`)
}

/** The share of pixels in which a component differs visibly from its picture. */
export async function differenceFromPicture(screen: Screen, name: string): Promise<number> {
  return difference(screen.page, await photograph(screen), name)
}

async function photograph({ page, stage }: Screen): Promise<Buffer> {
  await page.mouse.move(0, 0)
  return stage.screenshot({
    animations: 'disabled',
    caret: 'hide',
    style: 'time { visibility: hidden }',
  })
}

const pathOf = (name: string) => join(folder, `${name}.png`)

/** All of the pixels differ when the sizes do. */
async function difference(page: Page, shot: Buffer, name: string): Promise<number> {
  const path = pathOf(name)
  if (!existsSync(path)) throw new Error(`There is no ${path}; \`vitest run FILE -u\` makes it.`)
  const [now, before] = [await pixelsOf(page, shot), await pixelsOf(page, readFileSync(path))]
  // A line of text may be a pixel higher somewhere else.
  if (Math.abs(now.width - before.width) + Math.abs(now.height - before.height) > 4) return 1
  const [width, height] = [Math.min(now.width, before.width), Math.min(now.height, before.height)]
  let different = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [at, other] = [(y * now.width + x) * 4, (y * before.width + x) * 4]
      let apart = 0
      for (const channel of [0, 1, 2])
        apart += Math.abs((now.rgba[at + channel] ?? 0) - (before.rgba[other + channel] ?? 0))
      if (apart > 96) different++
    }
  }
  return different / (width * height)
}

/** Vitest was called with `-u`. */
function isUpdating(): boolean {
  return expect.getState().snapshotState.snapshotUpdateState === 'all'
}

function hasFont(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    const widthIn = (font: string) => {
      if (context) context.font = `20px ${font}`
      return context?.measureText('Wide letters, mmm').width
    }
    return widthIn("'DejaVu Sans', monospace") !== widthIn('monospace')
  })
}

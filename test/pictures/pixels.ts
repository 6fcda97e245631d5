import type { Page } from 'playwright-core'
import type { Pixels } from './palette-png.ts'

/** Decodes a PNG, in a page that may load data: URLs. */
export async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
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
  await blank.close()
  return { width, height, rgba: Buffer.from(base64, 'base64') }
}

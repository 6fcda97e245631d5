import { inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { palettePng } from './palette-png.ts'

it('a picture of few colours keeps each of them', () => {
  const rgba = Buffer.from([255, 255, 255, 255, 84, 82, 201, 255, 255, 255, 255, 255, 0, 0, 0, 255])
  const png = palettePng({ width: 2, height: 2, rgba })
  expect(png.subarray(16, 24)).toEqual(Buffer.from([0, 0, 0, 2, 0, 0, 0, 2]))
  // White is the most frequent.
  expect([...contentOf(png, 'PLTE')]).toEqual([255, 255, 255, 84, 82, 201, 0, 0, 0])
  expect([...inflateSync(contentOf(png, 'IDAT'))]).toEqual([0, 0, 1, 0, 0, 2])
})

it('a picture of many colours has 256, and each pixel the nearest', () => {
  const rgba = Buffer.alloc(4 * 1_000, 255)
  for (let at = 0; at < 1_000; at++) rgba.writeUInt32BE((at << 20) | (at << 8) | 255, at * 4)
  const png = palettePng({ width: 1_000, height: 1, rgba })
  const palette = contentOf(png, 'PLTE')
  expect(palette.length).toBe(3 * 256)
  const [, ...indexes] = inflateSync(contentOf(png, 'IDAT'))
  const apart = (index: number, at: number) =>
    [0, 1, 2]
      .map((channel) => (palette[index * 3 + channel] ?? 0) - (rgba[at * 4 + channel] ?? 0))
      .reduce((sum, difference) => sum + Math.abs(difference), 0)
  for (const [at, index] of indexes.entries()) {
    const all = Array.from({ length: 256 }, (_, other) => apart(other, at))
    expect(apart(index, at)).toBe(Math.min(...all))
  }
})

function contentOf(png: Buffer, kind: string): Buffer {
  const at = png.indexOf(kind)
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))
}

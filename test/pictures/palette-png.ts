import { crc32, deflateSync } from 'node:zlib'

/** A picture as a canvas holds it: four bytes a pixel, from the top left. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

const mostColours = 256

/**
 * Encodes a picture as a PNG with at most 256 colours, a quarter of the size of a full one. The
 * most frequent colours stay exact, and each of the others becomes the nearest of them.
 * Transparency is ignored.
 */
export function palettePng({ width, height, rgba }: Pixels): Buffer {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = colourAt(rgba, at)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = choosePalette([...counts].sort(([, one], [, other]) => other - one))
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]))

  // Each line begins with the number of its filter; 0 is none, which is best for a palette.
  const lines = Buffer.alloc((width + 1) * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = pixel + Math.floor(pixel / width) + 1
    lines[place] = indexes.get(colourAt(rgba, pixel * 4)) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits a pixel, each the index of a colour.
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => channels(colour)))),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * The most frequent colours that differ visibly from each other, then the most frequent of the
 * rest.
 */
function choosePalette(byFrequency: readonly (readonly [number, number])[]): number[] {
  const chosen: number[] = []
  for (const apart of [24, 12, 1]) {
    for (const [colour] of byFrequency) {
      if (chosen.length === mostColours) return chosen
      if (chosen.every((each) => distance(each, colour) >= apart)) chosen.push(colour)
    }
  }
  return chosen
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0
  for (const [index, each] of palette.entries()) {
    if (distance(each, colour) < distance(palette[best] ?? 0, colour)) best = index
  }
  return best
}

function distance(one: number, other: number): number {
  const [red, green, blue] = channels(one)
  const [otherRed, otherGreen, otherBlue] = channels(other)
  return Math.abs(red - otherRed) + Math.abs(green - otherGreen) + Math.abs(blue - otherBlue)
}

function colourAt(rgba: Uint8Array, at: number): number {
  return ((rgba[at] ?? 0) << 16) | ((rgba[at + 1] ?? 0) << 8) | (rgba[at + 2] ?? 0)
}

function channels(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}

function chunk(kind: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind), content])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(content.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}

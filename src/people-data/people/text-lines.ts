import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { UserFacingError } from '../../user-facing-error.ts'

/** A line of a text file. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** With what ends it: `\n`, `\r\n`, `\r`, or nothing at the end of the file. */
  readonly text: string
}

/** The longest line, in bytes: a person takes a few hundred. */
const longest = 1024 * 1024

/**
 * The lines of a file, whatever its size, without a byte order mark.
 * @throws UserFacingError when it cannot be read, when it is no text or a line of it is not UTF-8,
 * or when a line is longer than 1 MiB
 */
export async function* readTextLines(path: string): AsyncGenerator<Line> {
  let number = 0
  for await (const bytes of splitLines(path)) {
    number++
    if (!isUtf8(bytes)) throw notUtf8(path, number, bytes)
    const text = bytes.toString()
    if (number === 1 && text.includes('\0')) throw notText(path, bytes)
    yield { number, text: number === 1 ? withoutMark(text) : text }
  }
}

/** A text without the byte order mark that it may begin with. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

const [lineFeed, carriageReturn] = [10, 13]

/** @NOTE Not node:readline, which also ends a line at U+2028, where JSON and CSV do not. */
async function* splitLines(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  try {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let from = 0
      // A `\r` at the end of a chunk may be the first half of `\r\n`, so it waits for the next
      // chunk.
      for (let at = Math.max(0, rest.length - 1); at < bytes.length; at++) {
        const isEnd =
          bytes[at] === lineFeed ||
          (bytes[at] === carriageReturn && at + 1 < bytes.length && bytes[at + 1] !== lineFeed)
        if (!isEnd) continue
        number++
        yield bytes.subarray(from, at + 1)
        from = at + 1
      }
      rest = bytes.subarray(from)
      if (rest.length > longest)
        throw new UserFacingError(
          `${path}, line ${number + 1}: it is longer than 1 MiB. The file must have one person per line.`,
        )
    }
  } catch (error) {
    if (error instanceof UserFacingError) throw error
    throw new UserFacingError(`${path} cannot be read: ${(error as Error).message}`)
  } finally {
    file.destroy()
  }
  if (rest.length > 0) yield rest
}

function notUtf8(path: string, number: number, line: Buffer): UserFacingError {
  if (number === 1 && kindOf(line) !== null) return notText(path, line)
  const place = firstBadByte(line)
  const byte = (line[place] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  return new UserFacingError(
    `${path}, line ${number}: byte ${place + 1} (0x${byte}) is not UTF-8. Nothing was imported.\n` +
      'Fix: save the file as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8.',
  )
}

/** Said of a file by its first line, which has bytes that no text in UTF-8 has. */
function notText(path: string, line: Buffer): UserFacingError {
  const [what, fix] = kindOf(line) ?? [
    'has the character U+0000 in its first line',
    'choose a text file in UTF-8, CSV or NDJSON.',
  ]
  return new UserFacingError(`${path} ${what}. Nothing was imported.\nFix: ${fix}`)
}

/** What a file is by its first bytes, and what to do about it; null when they do not tell. */
function kindOf(line: Buffer): readonly [what: string, fix: string] | null {
  const start = line.toString('latin1', 0, 4)
  if (start.startsWith('\x1f\x8b'))
    return ['is compressed with gzip', 'decompress it first, for example with gunzip.']
  if (start === 'PK\x03\x04')
    return ['is a ZIP archive or a workbook', 'unpack it, or save the workbook as CSV (UTF-8).']
  // With its mark or, in both byte orders, without.
  if (/^(\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0])/.test(start))
    return [
      'is UTF-16',
      `save the file as UTF-8, for example with iconv -f ${utf16(start)} -t UTF-8.`,
    ]
  return null
}

/** The name of an encoding for iconv, which finds the byte order by the mark only. */
function utf16(start: string): string {
  if (/^(\xff\xfe|\xfe\xff)/.test(start)) return 'UTF-16'
  return start.startsWith('\0') ? 'UTF-16BE' : 'UTF-16LE'
}

/**
 * Where the first character is that UTF-8 cannot decode: it is decoded to U+FFFD, which is three
 * other bytes.
 */
function firstBadByte(line: Buffer): number {
  const text = line.toString()
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    const place = Buffer.byteLength(text.slice(0, at))
    if (line.toString('latin1', place, place + 3) !== '\u00EF\u00BF\u00BD') return place
  }
  return 0
}

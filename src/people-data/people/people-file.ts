import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { UserFacingError } from '../../user-facing-error.ts'
import { readCsv } from './csv-people.ts'
import { type Line, readTextLines, withoutMark } from './text-lines.ts'

/** A row of the file: what it says, or why it cannot be read. */
export interface FileRow {
  /** Where it begins, from 1. */
  readonly line: number
  /** The text of the row where it has a fault. */
  readonly value: unknown
  readonly fault?: RowFault
}

/** Why a row of a CSV cannot be read. */
export type RowFault = 'stray quote' | 'wrong number of fields'

export type PeopleFormat = 'csv' | 'ndjson'

/** The format of a file, by its name; `.json` is NDJSON too. */
export function formatOf(path: string): PeopleFormat | null {
  if (/\.csv$/i.test(path)) return 'csv'
  return /\.(ndjson|jsonl|json)$/i.test(path) ? 'ndjson' : null
}

/**
 * Reads the whole file once, so that nobody is imported from a file that must be refused.
 * @returns how many lines it has, which is how many rows it has at most
 * @throws UserFacingError when it is not a file, not UTF-8, a JSON array, or empty, or when its
 * columns are wrong
 */
export async function checkPeopleFile(path: string, format: PeopleFormat): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UserFacingError(`${path} cannot be read: ${(error as Error).message}`)
  })
  // It is read twice, which a pipe cannot be.
  if (!found.isFile()) throw new UserFacingError(`${path} is not a regular file.`)
  if (format === 'ndjson' && (await beginsWithBracket(path)))
    throw new UserFacingError(
      `${path} is a JSON array. Nothing was imported.\nFix: write one object per line (NDJSON), for example with jq -c '.[]'.`,
    )
  let lines = 0
  for await (const { number } of readTextLines(path)) lines = number
  const first = await readPeople(path, format).next()
  if (first.done === true) throw new UserFacingError(`${path} has no people in it.`)
  return lines
}

/**
 * The people of a file, one by one, whatever its size.
 * @throws UserFacingError as `checkPeopleFile`
 */
export function readPeople(path: string, format: PeopleFormat): AsyncGenerator<FileRow> {
  const lines = readTextLines(path)
  return format === 'csv' ? readCsv(lines) : readJsonLines(lines)
}

async function* readJsonLines(lines: AsyncIterable<Line>): AsyncGenerator<FileRow> {
  for await (const { number, text } of lines)
    // Files that were joined have a byte order mark in their middle.
    if (text.trim() !== '') yield { line: number, value: parseJson(withoutMark(text)) }
}

/** What is not JSON stays the text that it is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.trim()
  }
}

async function beginsWithBracket(path: string): Promise<boolean> {
  const start = createReadStream(path, { encoding: 'utf8', end: 1023 })
  for await (const text of start as AsyncIterable<string>)
    return withoutMark(text).trimStart().startsWith('[')
  return false
}

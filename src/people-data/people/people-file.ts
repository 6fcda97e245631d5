import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { ImportRefused } from '../refused.ts'

/** A row of the file: what it says, or why it is no row. */
export interface FileRow {
  /** Of the file, from 1. */
  readonly line: number
  readonly value: unknown
}

export type PeopleFormat = 'csv' | 'ndjson'

/** How a file's people are written, by its name; `.json` lines are NDJSON too. */
export function formatOf(path: string): PeopleFormat | null {
  if (/\.csv$/i.test(path)) return 'csv'
  return /\.(ndjson|jsonl|json)$/i.test(path) ? 'ndjson' : null
}

/** How many rows a file has at most: its lines. 0 when it cannot be read, which reading it will say better. */
export async function countLines(path: string): Promise<number> {
  let lines = 0
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++
    }
  } catch {
    return 0
  }
  return lines
}

/**
 * The people of a file, one by one, whatever its size.
 * @throws ImportRefused when it cannot be read, or is no CSV with a column `id`
 */
export async function* readPeople(path: string, format: PeopleFormat): AsyncGenerator<FileRow> {
  const file = createReadStream(path)
  try {
    yield* format === 'csv' ? readCsv(file) : readLines(file)
  } catch (error) {
    if (error instanceof ImportRefused) throw error
    throw new ImportRefused(`${path} cannot be read: ${(error as Error).message}`)
  } finally {
    file.destroy()
  }
}

async function* readLines(file: Readable): AsyncGenerator<FileRow> {
  let line = 0
  for await (const text of createInterface({ input: file, crlfDelay: Infinity })) {
    line++
    if (text.trim() !== '') yield { line, value: parseJson(text) }
  }
}

/** What is no JSON is told of as the text that it is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function* readCsv(file: Readable): AsyncGenerator<FileRow> {
  const rows = file.pipe(
    parse({ columns: withId, bom: true, skip_empty_lines: true, trim: true, info: true }),
  )
  // A pipe does not pass errors on.
  file.on('error', (error) => rows.destroy(error))
  for await (const { record, info } of rows as AsyncIterable<{
    record: unknown
    info: { lines: number }
  }>) {
    yield { line: info.lines, value: record }
  }
}

function withId(columns: string[]): string[] {
  if (!columns.includes('id'))
    throw new ImportRefused(
      'The first line of a CSV names its columns: id, and if you like username, displayName, avatarUrl, bio, city, region, sportPreferences.',
    )
  return columns
}

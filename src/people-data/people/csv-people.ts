import { CsvError, parse } from 'csv-parse/sync'
import { UserFacingError } from '../../user-facing-error.ts'
import type { FileRow, RowFault } from './people-file.ts'
import type { Line } from './text-lines.ts'

/** Records that are parsed in one call, which takes a tenth of the time of a call for each. */
const parsedAtOnce = 100

/**
 * The longest record, in characters. Quotes that are still open then were opened by a stray one.
 */
const longestRecord = 64 * 1024

/**
 * The people of a CSV, by its column names. What cannot be read is one row with its fault, and the
 * next line begins a record again, so that a stray quote takes no other row along.
 * @throws UserFacingError when the first record does not name the columns
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<FileRow> {
  const records = new Records()
  for await (const line of lines) yield* records.take([line])
  yield* records.end()
}

class Records {
  #columns: readonly string[] | null = null
  /** Complete records of one line each, to be parsed together. */
  #single: Line[] = []
  /** The lines of a record whose quotes are open. */
  #open: Line[] = []
  #openSize = 0

  /** Takes lines in their order. @returns the rows that are complete by now */
  take(lines: readonly Line[]): FileRow[] {
    const rows: FileRow[] = []
    const queue = [...lines]
    for (let line = queue.shift(); line !== undefined; line = queue.shift()) {
      if (this.#open.length === 0 && line.text.trim() === '') continue
      const endsInQuotes = this.#open.length > 0 !== hasOddQuotes(line)
      this.#open.push(line)
      this.#openSize += line.text.length
      if (!endsInQuotes || this.#openSize >= longestRecord) rows.push(...this.#close(queue))
    }
    return rows
  }

  end(): FileRow[] {
    const rows: FileRow[] = []
    while (this.#open.length > 0) {
      const again: Line[] = []
      rows.push(...this.#close(again), ...this.take(again))
    }
    return [...rows, ...this.#readSingle()]
  }

  /** @param queue gets the lines back that do not belong to the record after all */
  #close(queue: Line[]): FileRow[] {
    const [first, ...others] = this.#open
    this.#open = []
    this.#openSize = 0
    if (first === undefined) return []
    if (this.#columns === null) {
      this.#columns = readColumns([first, ...others])
      return []
    }
    if (others.length === 0) {
      this.#single.push(first)
      return this.#single.length < parsedAtOnce ? [] : this.#readSingle()
    }
    const row = readRecord([first, ...others], this.#columns)
    if (row.fault === undefined) return [...this.#readSingle(), row]
    queue.unshift(...others)
    return [...this.#readSingle(), broken([first], row.fault)]
  }

  #readSingle(): FileRow[] {
    const [lines, columns] = [this.#single, this.#columns]
    this.#single = []
    if (columns === null) return []
    const records = parseRecords(lines.map(withoutEnd).join('\n'))
    // With a stray quote in one of them, each is read by itself.
    if (records?.length !== lines.length) return lines.map((line) => readRecord([line], columns))
    return lines.map((line, place) => rowOf([line], records[place] ?? [], columns))
  }
}

function hasOddQuotes({ text }: Line): boolean {
  return text.split('"').length % 2 === 0
}

function readColumns(record: readonly Line[]): readonly string[] {
  const [columns, ...others] = parseRecords(textOf(record)) ?? []
  if (columns === undefined || others.length > 0)
    throw new UserFacingError('The header line has a stray quote.')
  const twice = columns.find((name, place) => name !== '' && columns.indexOf(name) < place)
  if (twice !== undefined)
    throw new UserFacingError(
      `The header line has the column \`${shown(twice)}\` twice.\nFix: rename or remove one of them.`,
    )
  if (!columns.includes('id'))
    throw new UserFacingError(
      `The header line has no column \`id\` (got: ${shown(columns.join(', '))}).\n` +
        'Fix: separate columns by commas. They are id and, optionally, username, displayName, avatarUrl, bio, city, region, sportPreferences.',
    )
  return columns
}

function readRecord(record: readonly Line[], columns: readonly string[]): FileRow {
  const [fields, ...others] = parseRecords(textOf(record)) ?? []
  if (fields === undefined || others.length > 0) return broken(record, 'stray quote')
  return rowOf(record, fields, columns)
}

function rowOf(
  record: readonly Line[],
  fields: readonly string[],
  columns: readonly string[],
): FileRow {
  if (fields.length !== columns.length) return broken(record, 'wrong number of fields')
  const value = Object.fromEntries(columns.map((name, place) => [name, fields[place]]))
  return { line: record[0]?.number ?? 0, value }
}

function broken(record: readonly Line[], fault: RowFault): FileRow {
  return { line: record[0]?.number ?? 0, value: textOf(record), fault }
}

/**
 * The fields of each record; null when a quote stands where none may, for which alone csv-parse
 * throws here.
 */
function parseRecords(text: string): string[][] | null {
  try {
    return parse(text, { record_delimiter: '\n', relax_column_count: true, trim: true })
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
}

/** A name of the file for a terminal: short, and without characters that would steer it. */
const shown = (name: string): string => name.slice(0, 200).replace(/\p{C}/gu, '\uFFFD')

const textOf = (record: readonly Line[]): string =>
  withoutEnd({ text: record.map(({ text }) => text).join('') })

const withoutEnd = ({ text }: Pick<Line, 'text'>): string => text.replace(/(\r\n|\r|\n)$/, '')

import pg from 'pg'

type Parser = (text: string) => unknown

/**
 * How the rows of a statement are read: what Postgres says of their columns, once for each
 * statement of a connection.
 */
export interface Columns {
  readonly names: readonly string[]
  readonly parsers: readonly Parser[]
  /** A row in which nothing is: rows that are made from one are alike to V8. */
  readonly empty: Readonly<Record<string, unknown>>
}

/** Of a statement that gives no rows. */
export const noColumns: Columns = { names: [], parsers: [], empty: {} }

const parserOf = pg.types.getTypeParser as (type: number) => Parser

export function toColumns(fields: readonly pg.FieldDef[]): Columns {
  const names = fields.map(({ name }) => name)
  return {
    names,
    parsers: fields.map(({ dataTypeID }) => parserOf(dataTypeID)),
    empty: Object.fromEntries(names.map((name) => [name, null])),
  }
}

/** A row, from the texts in which it came. */
export function readRow(
  { names, parsers, empty }: Columns,
  texts: readonly (string | null)[],
): Record<string, unknown> {
  const row: Record<string, unknown> = { ...empty }
  for (let place = 0; place < texts.length; place++) {
    const text = texts[place] ?? null
    if (text !== null) row[names[place] ?? ''] = parsers[place]?.(text)
  }
  return row
}

// The driver offers no other way to this: it is what its own statements use.
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } })
  .utils

/**
 * A value as Postgres reads it. A list of texts that need no backslash is written like JSON, in one
 * go: the driver escapes them one by one, and lists of ids are most of what is sent.
 */
export function writeValue(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    return prepareValue(value)
  const json = JSON.stringify(value)
  return json.includes('\\') ? prepareValue(value) : `{${json.slice(1, -1)}}`
}

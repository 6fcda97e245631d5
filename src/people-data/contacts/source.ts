/** A row of the old table as it is, each value as text; null where there is none. */
export interface SourceRow {
  readonly owner: string | null
  readonly contact: string | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

/** A place in the order of the source: the two ids of a row, as the source writes them. */
export interface Position {
  readonly owner: string
  readonly contact: string
}

/** Rows up to a position, all rows of that position included. */
export interface SourcePage {
  readonly rows: readonly SourceRow[]
  /** Where the next page begins; null: this was the last. */
  readonly next: Position | null
}

/** The old table, read only. */
export interface ContactSource {
  /** What is read, without user and password: the same text for the same table. */
  readonly name: string
  /** How many rows there are now. */
  count(): Promise<number>
  /**
   * The rows after a position, in the order of the source's own ids. The first page (`after` is
   * null) begins with the rows that have no place in that order, such as those without an id.
   * @param size how many rows, but for those that share the ids of the last one or have no place
   */
  page(after: Position | null, size: number): Promise<SourcePage>
  /** Every row once, in any order, in bounded memory. */
  rows(): AsyncIterable<SourceRow>
  /** The rows that have exactly these ids, as the source writes them. */
  lookUp(position: Position): Promise<readonly SourceRow[]>
  close(): Promise<void>
}

/**
 * Opens what `--from` names: `postgres://…`, `sqlite:<file>`, or the path of a SQLite file.
 * @param table its name, after its schema and a dot if need be
 * @throws UserFacingError when there is no such table, or it has other columns
 */
export async function openSource(from: string, table: string): Promise<ContactSource> {
  if (/^postgres(ql)?:/.test(from)) {
    const { openPostgresSource } = await import('./postgres-source.ts')
    return openPostgresSource(from, table)
  }
  const { openSqliteSource } = await import('./sqlite-source.ts')
  return openSqliteSource(from.replace(/^sqlite:(\/\/)?/, ''), table)
}

/** Each part between quotes, so that no table's name can be anything but a name. */
export function quoteTable(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}

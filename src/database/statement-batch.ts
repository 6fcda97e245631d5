import pg, { type QueryConfig } from 'pg'
import { serialize } from 'pg-protocol'
import { type Columns, noColumns, readRow, toColumns, writeValue } from './wire.ts'

// Statements that travel together (PostgreSQL 54.2.4, pipelining, with one `Sync` at the end). Each
// message that goes over a socket costs both sides more than a small statement does; and Postgres
// answers after every `Sync`, so one is enough.

/**
 * What one connection knows of its named statements. `sent`: it has not answered yet; `unsure`:
 * something failed before anybody heard whether the name was taken.
 */
type Known = Map<string, Columns | 'sent' | 'unsure'>

const knownTo = new WeakMap<pg.Connection, Known>()

interface Asked {
  readonly statement: QueryConfig
  readonly rows: unknown[]
  readonly done: (rows: unknown[], command: string) => void
  readonly failed: (error: unknown) => void
  columns: Columns | null
}

/**
 * One message to Postgres, of several statements, to be handed to `client.query`. When one fails,
 * those behind it are not run and fail for the same reason; a transaction that was open stays open,
 * and failed.
 */
export class StatementBatch extends pg.Query {
  readonly #asked: Asked[] = []
  /**
   * What is in it, for its span: names of statements, without the settings that stand before them.
   */
  readonly names: string[] = []
  /** Told once when everything is answered, or of the failure; set when it is sent. */
  ended: ((failure?: unknown) => void) | null = null
  #answered = 0
  #known: Known = new Map()

  constructor() {
    super({ text: '' })
  }

  /** What it asks and, when the answer has come, the rows. */
  get asked(): readonly { readonly statement: QueryConfig; readonly rows: readonly unknown[] }[] {
    return this.#asked
  }

  /** Adds a statement that gives rows. */
  ask<Row>(statement: QueryConfig): Promise<Row[]> {
    return new Promise((resolve, failed) => {
      this.#add(statement, failed, (rows) => {
        resolve(rows as Row[])
      })
    })
  }

  /**
   * Adds a command, such as `commit`, and gives what Postgres says that it did: `ROLLBACK`,
   * perhaps.
   */
  command(text: string): Promise<string> {
    return new Promise((resolve, failed) => {
      this.#add({ text }, failed, (_rows, command) => {
        resolve(command)
      })
    })
  }

  /** Puts a command in front of all the others. Nobody waits for it: when it fails, so do they. */
  commandFirst(text: string): void {
    const nobody = () => undefined
    this.#asked.unshift({
      statement: { text },
      rows: [],
      done: nobody,
      failed: nobody,
      columns: null,
    })
  }

  /** Tells everybody who has no answer yet that there will be none. */
  fail(error: unknown): void {
    for (const [behind, { statement, columns, failed }] of this.#asked
      .slice(this.#answered)
      .entries()) {
      // The one that failed may have failed for what is known of it, such as columns that a
      // migration has changed.
      if (statement.name !== undefined && (behind === 0 || columns === null))
        this.#known.set(statement.name, 'unsure')
      failed(error)
    }
    this.#answered = this.#asked.length
    this.#end(error)
  }

  #end(failure?: unknown): void {
    const { ended } = this
    this.ended = null
    ended?.(failure)
  }

  #add(statement: QueryConfig, failed: Asked['failed'], done: Asked['done']): void {
    this.#asked.push({ statement, rows: [], done, failed, columns: null })
  }

  // What follows is called by the driver, in this order.

  override readonly submit = (connection: pg.Connection): null => {
    const known = knownTo.get(connection) ?? (new Map() as Known)
    knownTo.set(connection, known)
    this.#known = known
    const messages: Uint8Array[] = []
    for (const asked of this.#asked) {
      const { name = '', text, values = [] } = asked.statement
      const columns = known.get(name)
      if (columns === 'unsure') messages.push(serialize.close({ type: 'S', name }))
      if (columns === 'unsure' || columns === undefined) {
        messages.push(serialize.parse({ name, text }))
        if (name !== '') known.set(name, 'sent')
      }
      messages.push(serialize.bind({ statement: name, values, valueMapper: writeValue }))
      if (typeof columns === 'object') asked.columns = columns
      else messages.push(serialize.describe({ type: 'P' }))
      messages.push(serialize.execute())
    }
    messages.push(serialize.sync())
    connection.stream.write(Buffer.concat(messages))
    return null
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    const asked = this.#asked[this.#answered]
    if (asked !== undefined) asked.columns = toColumns(fields)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const asked = this.#asked[this.#answered]
    if (asked?.columns) asked.rows.push(readRow(asked.columns, fields))
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const asked = this.#asked[this.#answered++]
    if (asked === undefined) return
    const { statement, rows, columns, done } = asked
    if (statement.name !== undefined) this.#known.set(statement.name, columns ?? noColumns)
    done(rows, text)
    if (this.#answered === this.#asked.length) this.#end()
  }

  handleError(error: unknown): void {
    this.fail(error)
  }

  handleReadyForQuery(): void {
    // Everybody has been answered by now.
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { UserId } from '../../graphql/ids.ts'
import type { OldContact } from './contact-row.ts'
import type { Position } from './source.ts'

/**
 * A pair of the source, whatever it was written like and however often: added at the earliest,
 * updated at the latest.
 */
export interface SourcePair {
  readonly owner: UserId
  readonly contact: UserId
  readonly createdAt: number
  readonly updatedAt: number
  /** How many rows it is made of. */
  readonly rows: number
  /** Which of the two nobody knows here; null when both are known. */
  readonly unknown: 'unknown owner' | 'unknown contact' | null
}

/**
 * The contacts of a source in a file of our own, for putting them into one order without holding
 * them in memory: the source orders ids as it writes them, and may write one id in many ways. Ids
 * lie in it as canonical text, whose order is that of Postgres' `uuid`.
 */
export class Scratch {
  readonly #folder: string
  readonly #database: DatabaseSync
  readonly #insert

  private constructor(folder: string) {
    this.#folder = folder
    this.#database = new DatabaseSync(join(folder, 'scratch.sqlite'))
    // Nobody else looks at it, and after a crash it is worth nothing.
    this.#database.exec(`
      pragma journal_mode = off;
      pragma synchronous = off;
      pragma locking_mode = exclusive;
      pragma cache_size = -32768;
      create table contacts (owner text, contact text, created int, updated int, raw_owner text, raw_contact text);
      create table unknown (id text primary key) without rowid;
      begin`)
    this.#insert = this.#database.prepare('insert into contacts values (?, ?, ?, ?, ?, ?)')
  }

  static async open(): Promise<Scratch> {
    return new Scratch(await mkdtemp(join(tmpdir(), 'connections-verify-')))
  }

  /** @param raw its ids as the source writes them */
  add({ owner, contact, createdAt, updatedAt }: OldContact, raw: Position): void {
    const written = (id: string, as: string) => (id === as ? null : as)
    const raws = [written(owner, raw.owner), written(contact, raw.contact)]
    this.#insert.run(owner, contact, createdAt, updatedAt, ...raws)
  }

  /** To be called once, when all contacts are in. */
  index(): void {
    this.#database.exec('commit; create index pairs on contacts (owner, contact)')
  }

  /** Everybody who is in a contact, each once. */
  *people(): Iterable<UserId> {
    const everybody = 'select owner as id from contacts union select contact from contacts'
    for (const row of this.#database.prepare(everybody).iterate())
      yield (row as unknown as { id: UserId }).id
  }

  markUnknown(ids: readonly UserId[]): void {
    const insert = this.#database.prepare('insert or ignore into unknown values (?)')
    for (const id of ids) insert.run(id)
  }

  /** By owner, then contact. */
  *pairs(): Iterable<SourcePair> {
    const pairs = this.#database.prepare(
      `select owner, contact, min(created) as "createdAt", max(updated) as "updatedAt", count(*) as rows,
              case when owner in (select id from unknown) then 'unknown owner'
                   when contact in (select id from unknown) then 'unknown contact' end as unknown
         from contacts
        group by owner, contact
        order by owner, contact`,
    )
    for (const row of pairs.iterate()) yield row as unknown as SourcePair
  }

  /** How the source writes this pair, each way once; empty when it has no such pair. */
  writings(owner: UserId, contact: UserId): Position[] {
    return this.#database
      .prepare(
        `select distinct coalesce(raw_owner, owner) as owner, coalesce(raw_contact, contact) as contact
           from contacts
          where owner = ? and contact = ?`,
      )
      .all(owner, contact) as unknown as Position[]
  }

  async close(): Promise<void> {
    this.#database.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

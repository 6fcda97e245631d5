import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { ClosingClient } from '../../database/client.ts'
import { understandCharacters } from './characters.ts'
import { lockTimeout, runScript } from './script.ts'

/**
 * The advisory lock that `prisma migrate deploy` takes too, so that ours and theirs never work at
 * the same time.
 */
const prismasLock = 72707369

/** The owner's one connection, for the time of a migration. */
export class OwnerAdapter extends PrismaPg {
  readonly pool: pg.Pool

  /**
   * @param url of the owner, directly to Postgres: a pooler in transaction mode would lose the
   * lock.
   */
  constructor(url: string) {
    // One connection: the lock belongs to it. Deadlines that the server may give this role must not
    // cut off a long migration.
    const pool = new pg.Pool({
      Client: ClosingClient,
      connectionString: url,
      max: 1,
      idleTimeoutMillis: 0,
      application_name: 'connections-migrate',
      options: '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=0',
    })
    super(pool)
    this.pool = pool
  }

  /**
   * Waits until no other migrator is at work on this database. Held until `close`. By asking again
   * and again: a statement that waits has a snapshot, for whose end the other's `create index
   * concurrently` would wait.
   */
  async lock(): Promise<void> {
    // A deadline that Postgres has from 17 on; an option by that name would be refused before.
    await this.pool.query(
      "select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'",
    )
    while (!(await this.#tryLock())) await sleep(200)
    await this.pool.query(`set lock_timeout = '${lockTimeout}'`)
  }

  async #tryLock(): Promise<boolean> {
    const { rows } = await this.pool.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [prismasLock],
    )
    return rows[0]?.locked === true
  }

  async close(): Promise<void> {
    await this.pool.end()
  }

  /**
   * The adapter with a script that is sent as it is. Prisma's own splits it at every semicolon,
   * also inside `$$` bodies, and commits the pieces one by one; `runScript` does not.
   */
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    understandCharacters(this.pool, adapter)
    const send = (sql: string): Promise<number> =>
      adapter.executeRaw({ sql, args: [], argTypes: [] })
    adapter.executeScript = (script) => runScript(send, script)
    return adapter
  }
}

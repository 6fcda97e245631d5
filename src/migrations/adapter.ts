import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { understandCharacters } from './characters.ts'

/** The advisory lock that `prisma migrate deploy` takes too, so that ours and theirs never work at the same time. */
const prismasLock = 72707369

/** The owner's one connection, for the time of a migration. */
export class OwnerAdapter extends PrismaPg {
  readonly pool: pg.Pool

  /** @param url of the owner, directly to Postgres: a pooler in transaction mode would lose the lock. */
  constructor(url: string) {
    // One connection: the lock belongs to it. Deadlines that the server may give this role must not cut off a long migration.
    const pool = new pg.Pool({
      connectionString: url,
      max: 1,
      idleTimeoutMillis: 0,
      application_name: 'connections-migrate',
      options:
        '-c statement_timeout=0 -c transaction_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=0',
    })
    super(pool)
    this.pool = pool
  }

  /** Waits until no other migrator is at work on this database. Held until `close`. */
  async lock(): Promise<void> {
    await this.pool.query('select pg_advisory_lock($1)', [prismasLock])
    // From here a wait for a table is a queue that the whole service stands in: better to give up, undone, and be run again.
    await this.pool.query("set lock_timeout = '10s'")
  }

  async close(): Promise<void> {
    await this.pool.end()
  }

  /**
   * The adapter with a script that is sent as it is. Prisma's own splits it at every semicolon, also inside `$$` bodies, and commits the
   * pieces one by one.
   *
   * The script and "it is finished" commit together. So whenever we may be killed, a row without `finished_at` means that nothing of its
   * script remains, and it can be applied again.
   */
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    understandCharacters(this.pool, adapter)
    const send = (sql: string): Promise<number> =>
      adapter.executeRaw({ sql, args: [], argTypes: [] })
    adapter.executeScript = async (script) => {
      try {
        await send(
          `begin;\n${script}\n;\nupdate _prisma_migrations set finished_at = now() where finished_at is null and rolled_back_at is null;\ncommit`,
        )
      } catch (error) {
        await send('rollback')
        throw error
      }
    }
    return adapter
  }
}

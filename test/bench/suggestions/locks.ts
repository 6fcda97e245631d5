import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Dataset } from '../dataset.ts'

/** How long others than the worker wait for locks, until it is stopped. */
export interface LockWatch {
  longestMs(): number
  /** Erasures that were tried, and taken back. */
  erased(): number
  stop(): Promise<void>
}

const lookEveryMs = 10
const eraseEveryMs = 200

/**
 * Looks for waiting sessions every few milliseconds. So that somebody meets the run, people whom it
 * is about to compute are erased beside it; each erasure is taken back, so the data set stays.
 */
export async function watchLocks(dataset: Dataset): Promise<LockWatch> {
  const [looker, eraser] = await Promise.all([connect(dataset), connect(dataset)])
  let [stopped, longest, erased] = [false, 0, 0]

  const look = async () => {
    while (!stopped) {
      const { rows } = await looker.query<{ ms: number | null }>(
        `select max(extract(epoch from clock_timestamp() - waitstart) * 1000)::float8 as ms
           from pg_locks join pg_stat_activity as session using (pid)
          where not granted and session.usename <> 'connections_worker'`,
      )
      longest = Math.max(longest, rows[0]?.ms ?? 0)
      await sleep(lookEveryMs)
    }
  }
  const erase = async () => {
    while (!stopped) {
      // Some of the next twenty behind where the lower half is.
      const { rows } = await eraser.query<{ id: string }>(
        `select id from users
          where id > (select coalesce(max(position), '00000000-0000-0000-0000-000000000000')::uuid
                        from worker_tasks where name = 'compute-suggestions')
          order by id offset floor(random() * 20) limit 1`,
      )
      await eraser.query('begin')
      await eraser.query('delete from users where id = $1', [rows[0]?.id])
      await eraser.query('rollback')
      erased++
      await sleep(eraseEveryMs)
    }
  }
  const running = Promise.all([look(), erase()])
  return {
    longestMs: () => longest,
    erased: () => erased,
    stop: async () => {
      stopped = true
      await running.finally(() => Promise.all([looker.end(), eraser.end()]))
    },
  }
}

async function connect({ adminUrl }: Dataset): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  return client
}

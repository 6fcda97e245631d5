import { setTimeout as sleep } from 'node:timers/promises'
import { asAdmin, type Dataset } from '../dataset.ts'

const everyMs = 20

/** Looks again and again which sessions of a database wait for a lock, until it is told to stop. */
export function watchLocks(dataset: Dataset): { readonly stop: () => Promise<string> } {
  let isOver = false
  const looking = asAdmin(dataset, async (admin) => {
    const [seen, waiting] = [[] as number[], [] as number[]]
    while (!isOver) {
      const { rows } = await admin.query<{ seen: number; waiting: number }>(
        `select count(*)::int as seen, count(*) filter (where wait_event_type = 'Lock')::int as waiting
           from pg_stat_activity
          where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`,
      )
      seen.push(rows[0]?.seen ?? 0)
      waiting.push(rows[0]?.waiting ?? 0)
      await sleep(everyMs)
    }
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
    return `${String(sum(waiting))} of ${String(sum(seen))} in ${String(seen.length)} looks`
  })
  return {
    stop: () => {
      isOver = true
      return looking
    },
  }
}

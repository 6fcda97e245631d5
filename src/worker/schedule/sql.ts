import { empty, type Fragment, sql, type Transaction } from '../../database/sql.ts'
import { limits } from '../../limits.ts'
import type { Batch, TaskName } from './task.ts'

/** A run of a task that this process has taken for a while. */
export interface Claim {
  readonly name: TaskName
  /** The database's clock when it was taken. */
  readonly moment: Date
}

/**
 * Takes the task that has been due for the longest, if one is due; a run that was taken by somebody
 * who does not go on (killed, most likely) is due when its lease is over. Null: nothing is to do.
 */
export function claimDueTask(
  tx: Transaction,
  names: readonly TaskName[],
  run: string,
  leaseMs: number,
): Promise<Claim | null> {
  return claim(tx, names, run, leaseMs, sql`and due_at <= statement_timestamp()`)
}

/** Takes this task, due or not. Null: somebody is at it. */
export function claimTask(
  tx: Transaction,
  name: TaskName,
  run: string,
  leaseMs: number,
): Promise<Claim | null> {
  return claim(tx, [name], run, leaseMs, empty)
}

async function claim(
  tx: Transaction,
  names: readonly TaskName[],
  run: string,
  leaseMs: number,
  isDue: Fragment,
): Promise<Claim | null> {
  const [claimed] = await tx.rows<Claim>(
    'tasks.claim',
    sql`
      update worker_tasks as task
         set run_id = ${run}::uuid, leased_until = ${leaseEnd(leaseMs)},
             started_at = coalesce(task.started_at, statement_timestamp())
       where task.name = (
             select name from worker_tasks
              where name = any (${names}::text[])
                and (leased_until is null or leased_until <= statement_timestamp()) ${isDue}
              order by due_at, name
              limit 1
                for update skip locked)
   returning task.name, statement_timestamp() as moment`,
  )
  return claimed ?? null
}

/** Gives every task its row. */
export async function insertTasks(tx: Transaction, names: readonly TaskName[]): Promise<void> {
  await tx.rows(
    'tasks.add',
    sql`insert into worker_tasks (name) select unnest(${names}::text[]) on conflict do nothing`,
  )
}

/**
 * Goes on with a run, and holds its row until the transaction ends, so that no two batches of a
 * task run at once. Null: somebody else has taken it over.
 */
export async function renewClaim(
  tx: Transaction,
  name: TaskName,
  run: string,
  leaseMs: number,
): Promise<{ readonly position: string | null } | null> {
  const [renewed] = await tx.rows<{ position: string | null }>(
    'tasks.renew',
    sql`
      update worker_tasks set leased_until = ${leaseEnd(leaseMs)}
       where name = ${name} and run_id = ${run}::uuid
   returning position`,
  )
  return renewed ?? null
}

/** Writes down how far the run has come, with the batch that brought it there. */
export async function recordBatch(tx: Transaction, name: TaskName, batch: Batch): Promise<void> {
  if (batch.next === null) return recordEnd(tx, sql`name = ${name}`, batch.rows, 'done')
  await tx.rows(
    'tasks.advance',
    sql`
      update worker_tasks set position = ${batch.next}, rows = rows + ${batch.rows}::int
       where name = ${name}`,
  )
}

/** Ends a run that failed. The next one continues where it has come to. */
export function recordFailure(tx: Transaction, name: TaskName, run: string): Promise<void> {
  return recordEnd(tx, sql`name = ${name} and run_id = ${run}::uuid`, 0, 'failed')
}

/** Leaves a run to whoever comes next, who can continue at once. */
export async function releaseClaim(tx: Transaction, name: TaskName, run: string): Promise<void> {
  await tx.rows(
    'tasks.release',
    sql`
      update worker_tasks set leased_until = statement_timestamp(), due_at = least(due_at, statement_timestamp())
       where name = ${name} and run_id = ${run}::uuid`,
  )
}

async function recordEnd(
  tx: Transaction,
  which: Fragment,
  rows: number,
  outcome: 'done' | 'failed',
): Promise<void> {
  const { everyMinutes, retryMs } = limits.tasks
  const [names, minutes] = [Object.keys(everyMinutes), Object.values<number>(everyMinutes)]
  const wait =
    outcome === 'failed'
      ? sql`make_interval(secs => ${retryMs / 1_000}::float8)`
      : sql`(select make_interval(mins => minutes)
               from unnest(${names}::text[], ${minutes}::int[]) as every (task, minutes)
              where every.task = name)`
  await tx.rows(
    'tasks.end',
    sql`
      update worker_tasks
         set run_id = null, leased_until = null, started_at = null, rows = 0,
             position = case when ${outcome} = 'failed' then position end,
             due_at = statement_timestamp() + ${wait},
             last_started_at = started_at, last_finished_at = statement_timestamp(),
             last_duration_ms = extract(epoch from statement_timestamp() - started_at) * 1000,
             last_rows = rows + ${rows}::int, last_outcome = ${outcome}
       where ${which}`,
  )
}

const leaseEnd = (leaseMs: number) =>
  sql`statement_timestamp() + make_interval(secs => ${leaseMs / 1_000}::float8)`

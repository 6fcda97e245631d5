import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../src/database/database.ts'
import type { Worker } from '../../../src/database/identity.ts'
import type { Transaction } from '../../../src/database/sql.ts'
import { limits } from '../../../src/limits.ts'
import { runDueTask, runTask, TaskFailure } from '../../../src/worker/schedule/run.ts'
import type { Task } from '../../../src/worker/schedule/task.ts'
import { openWorkerDatabase, taskOf, work } from '../../support/tasks.ts'
import { openTestService } from '../../support/test-service.ts'

const app = await openTestService()

interface Row {
  readonly position: string | null
  readonly run_id: string | null
  readonly leased_until: Date | null
  readonly last_started_at: Date | null
  readonly last_finished_at: Date | null
  readonly last_duration_ms: string | null
  readonly last_rows: string | null
  readonly last_outcome: string | null
  readonly due_in: number
}

const rowOf = async (name: string) =>
  (
    await app.admin.query<Row>(
      'select *, extract(epoch from due_at - now())::float8 as due_in from worker_tasks where name = $1',
      [name],
    )
  ).rows[0]
const blocks = async () => (await app.admin.query('select from user_blocks')).rowCount ?? NaN

/** So many blocks that have run out: work for `end-blocks`, in batches. */
async function pileUp(count: number): Promise<void> {
  const [alice] = await app.people('alice')
  await app.admin.query(
    `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
     select $1, gen_random_uuid(), now() - interval '2 hours', now() - interval '1 minute' from generate_series(1, $2::int)`,
    [alice.id, count],
  )
}

beforeEach(async () => {
  await app.admin.query('delete from worker_tasks; delete from user_blocks; delete from outbox')
})

const { pairsAtOnce } = limits.tasks

describe('a run', () => {
  it('writes down when it was, how long it took and how many rows it changed', async () => {
    await pileUp(pairsAtOnce + 1)
    expect(await work(app, 'end-blocks')).toMatchObject({ outcome: 'done', rows: pairsAtOnce + 1 })
    const row = await rowOf('end-blocks')
    expect(row).toMatchObject({
      run_id: null,
      leased_until: null,
      position: null,
      last_rows: String(pairsAtOnce + 1),
      last_outcome: 'done',
    })
    const took =
      (row?.last_finished_at?.getTime() ?? NaN) - (row?.last_started_at?.getTime() ?? NaN)
    expect(Math.abs(Number(row?.last_duration_ms) - took)).toBeLessThanOrEqual(1)
    expect(row?.due_in).toBeGreaterThan(50)
    expect(row?.due_in).toBeLessThanOrEqual(60)
  })

  it('is done by one of two workers, and the other one is told', async () => {
    await pileUp(pairsAtOnce * 3)
    const runs = await Promise.all([work(app, 'end-blocks'), work(app, 'end-blocks')])
    const rows = runs.map((ran) => ran?.rows ?? null)
    expect(rows).toContain(pairsAtOnce * 3)
    expect(rows.filter((count) => count !== null && count > 0)).toHaveLength(1)
    expect((await app.admin.query('select from outbox')).rowCount).toBe(pairsAtOnce * 3)
  })

  it('that is told to stop ends between two batches, and the next worker goes on at once', async () => {
    await pileUp(pairsAtOnce * 3)
    const stop = new AbortController()
    const once: Task = {
      ...taskOf('end-blocks'),
      batch: async (...args) => {
        stop.abort()
        return taskOf('end-blocks').batch(...args)
      },
    }
    const database = openWorkerDatabase(app)
    const first = await runTask(database, once, { signal: stop.signal, pauseMs: 0 })
    expect(first).toMatchObject({ outcome: 'interrupted', rows: pairsAtOnce })
    expect(await blocks()).toBe(pairsAtOnce * 2)
    const second = await runDueTask(database, [taskOf('end-blocks')], { pauseMs: 0 })
    expect(second).toMatchObject({ outcome: 'done', rows: pairsAtOnce * 2 })
    // Both are one run.
    expect(await rowOf('end-blocks')).toMatchObject({ last_rows: String(pairsAtOnce * 3) })
  })

  it('that is killed in the middle is taken over when its lease is over, where it stopped', async () => {
    const seen: (string | null)[] = []
    const stop = new AbortController()
    const counting: Task = {
      ...taskOf('recount-counters'),
      batch: (_tx, _moment, position) => {
        seen.push(position)
        if (seen.length === 2) stop.abort()
        const place = Number(position ?? 0) + 1
        return Promise.resolve({ rows: 1, next: place === 5 ? null : String(place) })
      },
    }
    const database = openWorkerDatabase(app)
    await runTask(database, counting, { signal: stop.signal, pauseMs: 0 })
    // What a killed process leaves behind: its lease.
    await app.admin.query(
      `update worker_tasks set leased_until = now() + interval '1 hour' where run_id is not null`,
    )
    expect(await runDueTask(database, [counting], { pauseMs: 0 })).toBeNull()
    expect(await runTask(database, counting, { pauseMs: 0 })).toBeNull()
    await app.admin.query(`update worker_tasks set leased_until = now() where run_id is not null`)
    const next = await runDueTask(database, [counting], { pauseMs: 0 })
    expect(next).toMatchObject({ outcome: 'done', rows: 3 })
    expect(seen).toEqual([null, '1', '2', '3', '4'])
    expect(await rowOf('recount-counters')).toMatchObject({ last_rows: '5' })
  })

  it('that was slower than its lease notices that somebody else goes on, and does nothing more', async () => {
    await pileUp(pairsAtOnce * 2)
    const database = openWorkerDatabase(app)
    let batches = 0
    let other: unknown
    const overtaken = {
      as: (identity: Worker) => ({
        write: async <T>(change: (tx: Transaction) => Promise<T>) => {
          // Before it begins its second batch, somebody else does it.
          if (batches === 1) other = await work(app, 'end-blocks')
          return database.as(identity).write(change)
        },
      }),
    } as unknown as Database
    const ran = await runTask(overtaken, taskOf('end-blocks'), {
      leaseMs: 1,
      pauseMs: 0,
      onBatch: () => {
        batches++
      },
    })
    expect(ran).toMatchObject({ outcome: 'taken over', rows: pairsAtOnce })
    expect(other).toMatchObject({ outcome: 'done', rows: pairsAtOnce })
    expect(await rowOf('end-blocks')).toMatchObject({ last_rows: String(pairsAtOnce * 2) })
  })

  it('that fails says so, keeps what it did, and is tried again in a minute', async () => {
    await pileUp(pairsAtOnce * 2)
    let batches = 0
    const failing: Task = {
      ...taskOf('end-blocks'),
      batch: async (...args) => {
        if (++batches === 2) throw new Error('The disk is full.')
        return taskOf('end-blocks').batch(...args)
      },
    }
    const database = openWorkerDatabase(app)
    await expect(runTask(database, failing, { pauseMs: 0 })).rejects.toThrow(TaskFailure)
    expect(await blocks()).toBe(pairsAtOnce)
    const row = await rowOf('end-blocks')
    expect(row).toMatchObject({
      last_outcome: 'failed',
      last_rows: String(pairsAtOnce),
      run_id: null,
    })
    expect(row?.due_in).toBeGreaterThan(50)
    expect(await runDueTask(database, [taskOf('end-blocks')])).toBeNull()
    expect(await work(app, 'end-blocks')).toMatchObject({ outcome: 'done', rows: pairsAtOnce })
  })
})

describe('what is due', () => {
  it('is everything at first, the one that waited longest first, and each once', async () => {
    const database = openWorkerDatabase(app)
    await work(app, 'sweep-links')
    const names = ['sweep-outbox', 'sweep-links', 'end-blocks'] as const
    const tasks = names.map(taskOf)
    await app.admin.query(
      `update worker_tasks set due_at = now() - interval '1 hour' where name = 'end-blocks'`,
    )
    const ran = []
    for (let run = 0; run < 3; run++)
      ran.push((await runDueTask(database, tasks))?.task.name ?? null)
    expect(ran).toEqual(['end-blocks', 'sweep-outbox', null])
  })
})

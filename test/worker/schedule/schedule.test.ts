import { describe, expect, it } from 'vitest'
import { tasks } from '../../../src/worker/schedule/tasks.ts'
import { openIsolatedTestService } from '../../support/test-service.ts'
import { startTestWorker } from '../../support/test-worker.ts'
import { verbs } from '../../support/verbs.ts'

/** A pause of the loop, and what a busy machine adds. */
const patience = { timeout: 30_000, interval: 50 }

describe('a worker', () => {
  it('runs every task once when it starts, and says that it is there', async () => {
    const app = await openIsolatedTestService()
    startTestWorker(app)
    const done = async () => {
      const { rows } = await app.admin.query<{ name: string }>(
        `select name from worker_tasks where last_outcome = 'done' order by name`,
      )
      return rows.map(({ name }) => name)
    }
    await expect.poll(done, patience).toEqual(tasks.map(({ name }) => name).sort())
    const { rows } = await app.admin.query(
      'select from workers where seen_at > now() - $1::interval',
      ['1 minute'],
    )
    expect(rows).toHaveLength(1)
  })

  it('ends a block within a second or two of its time, and services hear of it', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob] = await app.people('alice', 'bob')
    startTestWorker(app)
    await verbs.blockUser(alice, bob)
    const end = await app.admin.query<{ at: Date }>(
      `update user_blocks set expires_at = clock_timestamp() + interval '1 second' where blocker_user_id = $1 returning expires_at as at`,
      [alice.id],
    )
    const left = async () =>
      (await app.admin.query('select from user_blocks where blocker_user_id = $1', [alice.id]))
        .rowCount
    await expect.poll(left, patience).toBe(0)
    const { rows } = await app.admin.query<{ late: number }>(
      `select extract(epoch from created_at - $2::timestamptz)::float8 as late
         from outbox where kind = 'block.changed' and actor_user_id = $1 order by version desc limit 1`,
      [alice.id, end.rows[0]?.at],
    )
    expect(rows[0]?.late).toBeGreaterThanOrEqual(0)
    // Other tasks come once a minute or less often.
    expect(rows[0]?.late).toBeLessThan(30)
  })

  it('says which task failed, and goes on with the others', async () => {
    const app = await openIsolatedTestService()
    await app.admin.query('drop function recount_follows')
    const worker = startTestWorker(app)
    const outcomes = async () => {
      const { rows } = await app.admin.query<{ outcome: string; count: number }>(
        `select last_outcome as outcome, count(*)::int as count from worker_tasks
          where last_outcome is not null group by 1 order by 1`,
      )
      return rows
    }
    await expect.poll(outcomes, patience).toEqual([
      { outcome: 'done', count: tasks.length - 1 },
      { outcome: 'failed', count: 1 },
    ])
    // The log is written behind the commit that the test has seen.
    const errors = () => worker.lines.filter(({ level }) => level === 'error')
    await expect
      .poll(errors, patience)
      .toEqual([expect.objectContaining({ task: 'recount-counters', message: 'a task failed' })])
  })
})

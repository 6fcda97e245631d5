import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { childEnvironment } from '../../support/child-environment.ts'
import { openTestService } from '../../support/test-service.ts'
import { startTestWorker } from '../../support/test-worker.ts'

const app = await openTestService()
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

it('what a worker did that was killed with -9 is done, and another one does the rest, each once', async () => {
  const count = limits.tasks.pairsAtOnce * 40
  const [alice] = await app.people('alice')
  await app.admin.query(
    `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
     select $1, gen_random_uuid(), now() - interval '2 hours', now() - interval '1 minute' from generate_series(1, $2::int)`,
    [alice.id, count],
  )
  const left = async () => (await app.admin.query('select from user_blocks')).rowCount ?? 0
  // Slow until it is killed, so that it does not end before, however late that is.
  await app.admin.query(
    `create table slow as select 0.5 as seconds;
     grant select on slow to public;
     create function be_slow() returns trigger language plpgsql as
       'begin perform pg_sleep(seconds) from public.slow; return null; end';
     create trigger slow after delete on user_blocks for each statement execute function be_slow()`,
  )
  const child = spawn(execPath, [main, 'worker', '--once', 'end-blocks'], {
    env: { ...childEnvironment, DATABASE_DIRECT_URL: app.database.workerUrl },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await expect.poll(left, { timeout: 60_000, interval: 10 }).toBeLessThan(count)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await app.admin.query('delete from slow')
  const rest = await left()
  expect(rest).toBeGreaterThan(0)
  const { rows } = await app.admin.query<{ lease: number }>(
    `select extract(epoch from leased_until - now())::float8 as lease from worker_tasks where name = 'end-blocks'`,
  )
  expect(rows[0]?.lease).toBeLessThanOrEqual(30)
  // The test does not wait for it.
  await app.admin.query(`update worker_tasks set leased_until = now() where name = 'end-blocks'`)
  startTestWorker(app)
  await expect.poll(left, { timeout: 60_000, interval: 50 }).toBe(0)
  const told = await app.admin.query(`select from outbox where kind = 'block.changed'`)
  expect(told.rowCount).toBe(count)
  const done = async () =>
    (
      await app.admin.query<{ last_rows: string }>(
        `select last_rows from worker_tasks where name = 'end-blocks'`,
      )
    ).rows[0]?.last_rows
  await expect.poll(done).toBe(String(count))
})

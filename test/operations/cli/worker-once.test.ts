import { describe, expect, it } from 'vitest'
import { tasks } from '../../../src/worker/schedule/tasks.ts'
import { runHere } from '../../support/command-line.ts'
import { openTestService } from '../../support/test-service.ts'

const app = await openTestService()
const once = (...words: string[]) =>
  runHere(['worker', '--once', ...words], { DATABASE_DIRECT_URL: app.database.workerUrl })

async function pileUp(count: number): Promise<void> {
  const [alice] = await app.people('alice')
  await app.admin.query(
    `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
     select $1, gen_random_uuid(), now() - interval '2 hours', now() - interval '1 minute' from generate_series(1, $2::int)`,
    [alice.id, count],
  )
}

describe('connections worker --once', () => {
  it('lists the tasks, without a database', async () => {
    const { code, output, errors } = await runHere(['worker', '--once'])
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output.split('\n').map((line) => line.split(' ')[0])).toEqual(
      tasks.map(({ name }) => name),
    )
    const { output: json } = await runHere(['worker', '--once', '--json'])
    expect(JSON.parse(json)).toContainEqual({
      task: 'expire-requests',
      description: 'Mark friend requests that were not answered in time as expired.',
      everyMinutes: 5,
    })
  })

  it('runs a task, due or not, and says how many rows it changed and how long it took', async () => {
    await pileUp(3)
    const first = await once('end-blocks')
    expect(first).toMatchObject({ code: 0, errors: '' })
    expect(first.output).toMatch(/^end-blocks: 3 rows in \d+\.\d\d s$/)
    await pileUp(1)
    const { code, output } = await once('end-blocks', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(output)).toEqual({
      task: 'end-blocks',
      outcome: 'done',
      rows: 1,
      durationMs: expect.any(Number) as number,
    })
  })

  it('says when another worker is at it, with 1', async () => {
    await once('sweep-links')
    await app.admin.query(
      `update worker_tasks set run_id = gen_random_uuid(), started_at = now(), leased_until = now() + interval '1 minute'
        where name = 'sweep-links'`,
    )
    expect(await once('sweep-links')).toEqual({
      code: 1,
      output: 'sweep-links: another worker is running it. Nothing was done here.',
      errors: '',
    })
    expect(JSON.parse((await once('sweep-links', '--json')).output)).toMatchObject({
      outcome: 'busy',
    })
  })

  it('says why a task failed, with 1', async () => {
    await app.admin.query('revoke delete on quota_uses from connections_worker')
    expect(await once('sweep-quota-uses')).toEqual({
      code: 1,
      output: '',
      errors: 'permission denied for table quota_uses (42501)',
    })
    await app.admin.query('grant delete on quota_uses to connections_worker')
  })

  it('does not know a task that is none, and needs a database, with 2', async () => {
    const unknown = await once('sweep-everything')
    expect(unknown).toMatchObject({ code: 2, output: '' })
    expect(unknown.errors).toContain(
      '--once: there is no task sweep-everything. Tasks: end-blocks,',
    )
    const lost = await runHere(['worker', '--once', 'end-blocks'], { NODE_ENV: 'production' })
    expect(lost).toMatchObject({ code: 2, output: '' })
    expect(lost.errors).toContain('DATABASE_DIRECT_URL: required')
  })
})

import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { dispatch } from '../../src/worker/dispatch.ts'
import { newUserId, openTestService } from '../support/test-service.ts'

// Events get their numbers, and what they tell, in an order that nobody can miss a part of.

const app = await openTestService()

afterEach(async () => {
  await app.admin.query('truncate outbox cascade')
})

function asWorker() {
  const database = openDatabase({ url: app.database.workerUrl, poolSize: 2 })
  onTestFinished(() => database.close())
  return () => dispatch(database.as({ kind: 'worker' }))
}

const record = async (kind: string, one: string, other: string, due = '0 s') => {
  const { rows } = await app.admin.query<{ id: string }>(
    `insert into outbox (kind, audience, actor_user_id, other_user_id, due_at)
     values ($1, 'services', $2, $3, now() + $4::interval) returning id`,
    [kind, one, other, due],
  )
  return rows[0]?.id
}

/** The events that were dispatched, in the order of their numbers. */
const dispatched = async () => {
  const { rows } = await app.admin.query<{ id: string }>(
    'select id from outbox where dispatch_number is not null order by dispatch_number',
  )
  return rows.map(({ id }) => id)
}

/** Holds a lock as another transaction does, until it is let go. */
async function hold(key: string): Promise<() => Promise<void>> {
  const client = await app.admin.connect()
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
  return async () => {
    await client.query('commit')
    client.release()
  }
}

describe('dispatching', () => {
  it('takes what is due, in the order of the versions', async () => {
    const [alice, bob, carol] = [newUserId(), newUserId(), newUserId()]
    const first = await record('follow.created', alice, bob)
    const later = await record('block.changed', alice, bob, '1 hour')
    const second = await record('follow.created', carol, bob)
    const third = await record('block.changed', carol, alice)
    expect(await asWorker()()).toEqual({ events: 3, deliveries: 0 })
    expect(await dispatched()).toEqual([first, second, third])
    expect(await dispatched()).not.toContain(later)
  })

  it('takes 500 at once, and the rest next time', async () => {
    await app.admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id)
       select 'follow.created', 'people', gen_random_uuid(), gen_random_uuid() from generate_series(1, 501)`,
    )
    const next = asWorker()
    expect((await next()).events).toBe(500)
    expect((await next()).events).toBe(1)
    expect((await next()).events).toBe(0)
    const { rows } = await app.admin.query('select id from outbox order by version')
    expect(await dispatched()).toEqual(rows.map(({ id }: { id: string }) => id))
  })

  it('is done by one worker at a time', async () => {
    await record('follow.created', newUserId(), newUserId())
    const letGo = await hold('dispatch')
    const next = asWorker()
    expect(await next()).toEqual({ events: 0, deliveries: 0 })
    await letGo()
    expect((await next()).events).toBe(1)
  })

  it('leaves a pair whose blocks are being changed for the next time, and no other', async () => {
    const [alice = '', bob = '', carol = ''] = [newUserId(), newUserId(), newUserId()].sort()
    const [follow, block] = [
      await record('follow.created', bob, alice),
      await record('block.changed', alice, bob),
    ]
    const other = await record('block.changed', carol, alice)
    const letGo = await hold(`pair:${alice}:${bob}`)
    const next = asWorker()
    await next()
    expect(await dispatched()).toEqual([other])
    await letGo()
    await next()
    expect(await dispatched()).toEqual([other, follow, block])
  })
})

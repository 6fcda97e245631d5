import { beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { daysBefore } from '../../../src/worker/schedule/task.ts'
import { databaseNow, swept } from '../../support/tasks.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { requests, verbs } from '../../support/verbs.ts'

const app = await openTestService()

beforeEach(async () => {
  await app.admin.query('delete from user_friend_requests; delete from friend_requests_archive')
})

interface Row {
  readonly id: string
  readonly status: string
}

const open = async () =>
  (await app.admin.query<Row>('select id, status from user_friend_requests order by id')).rows
const archived = async () =>
  (await app.admin.query<Row>('select id, status from friend_requests_archive order by id')).rows

/** Makes a request older, with everything about it. */
const age = (id: string, sentAt: Date, expiresAt = daysBefore(sentAt, -30)) =>
  app.admin.query(
    `update user_friend_requests
        set created_at = $2, expires_at = $3, responded_at = case when responded_at is not null then $2::timestamptz end
      where id = $1`,
    [id, sentAt, expiresAt],
  )

async function ask(alice: Person, bob: Person): Promise<string> {
  const { request } = await verbs.requestFriend(alice, bob)
  return request.id as string
}

describe('expire-requests', () => {
  it('marks what ran out at this millisecond, and not what runs out at the next', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [over, almost] = [await ask(alice, bob), await ask(alice, carol)]
    const now = await databaseNow(app)
    await age(over, daysBefore(now, 30), now)
    await age(almost, daysBefore(now, 30), new Date(now.getTime() + 1))
    expect(await swept(app, 'expire-requests', { moment: now })).toBe(1)
    expect(await open()).toEqual(
      expect.arrayContaining([
        { id: over, status: 'expired' },
        { id: almost, status: 'pending' },
      ]),
    )
  })

  it('leaves a declined request as it is, which its requester reads as expired anyway', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const id = await ask(alice, bob)
    await verbs.reject(bob, { id })
    await age(id, daysBefore(await databaseNow(app), 31))
    expect(await swept(app, 'expire-requests')).toBe(0)
    expect(await open()).toEqual([{ id, status: 'rejected' }])
  })

  it('leaves a pair alone that somebody changes in this moment, and takes it the next time', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const ids = [await ask(alice, bob), await ask(alice, carol)]
    for (const id of ids) await age(id, daysBefore(await databaseNow(app), 31))
    const client = await app.admin.connect()
    await client.query('begin')
    const key = `pair:${[alice.id, bob.id].sort().join(':')}`
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
    expect(await swept(app, 'expire-requests')).toBe(1)
    await client.query('rollback')
    client.release()
    expect(await swept(app, 'expire-requests')).toBe(1)
    expect((await open()).map(({ status }) => status)).toEqual(['expired', 'expired'])
  })

  it('goes through more than one batch', async () => {
    const count = limits.tasks.pairsAtOnce * 2 + 1
    const [alice] = await app.people('alice')
    await app.admin.query(
      `with person as (insert into users (id) select gen_random_uuid() from generate_series(1, $2::int) returning id)
       insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, created_at, expires_at)
       select $1, id, 'friend', now() - interval '31 days', now() - interval '1 day' from person`,
      [alice.id, count],
    )
    expect(await swept(app, 'expire-requests')).toBe(count)
  })
})

describe('archive-requests', () => {
  it('moves what was sent 90 days ago and is over, and keeps what is a millisecond younger', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const now = await databaseNow(app)
    const old = daysBefore(now, 90)
    const [canceled, declined, young] = [
      await ask(alice, bob),
      await ask(alice, carol),
      await ask(alice, dave),
    ]
    await verbs.cancel(alice, { id: canceled })
    await verbs.reject(carol, { id: declined })
    await verbs.reject(dave, { id: young })
    for (const id of [canceled, declined]) await age(id, old)
    await age(young, new Date(old.getTime() + 1))
    expect(await swept(app, 'archive-requests', { moment: now })).toBe(2)
    expect(await open()).toEqual([{ id: young, status: 'rejected' }])
    expect(await archived()).toEqual(
      expect.arrayContaining([
        { id: canceled, status: 'canceled' },
        { id: declined, status: 'rejected' },
      ]),
    )
  })

  it('keeps accepted requests, and those that are still open', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [accepted, pending] = [await ask(alice, bob), await ask(alice, carol)]
    await verbs.accept(bob, { id: accepted })
    const now = await databaseNow(app)
    await age(accepted, daysBefore(now, 200))
    await age(pending, daysBefore(now, 200), new Date(now.getTime() + 60_000))
    expect(await swept(app, 'archive-requests')).toBe(0)
    expect(await open()).toHaveLength(2)
  })

  it('keeps no message, and how often somebody was declined outlives it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const id = await ask(alice, bob)
    await verbs.reject(bob, { id })
    await age(id, daysBefore(await databaseNow(app), 91))
    await swept(app, 'archive-requests')
    const { rows } = await app.admin.query<{ declines: number }>(
      'select declines from friend_request_declines where decliner_user_id = $1',
      [bob.id],
    )
    expect(rows).toEqual([{ declines: 1 }])
    const again = await ask(alice, bob)
    const quiet = await app.admin.query<{ quiet: boolean }>(
      'select quiet from user_friend_requests where id = $1',
      [again],
    )
    expect(quiet.rows).toEqual([{ quiet: true }])
    const { rows: columns } = await app.admin.query(
      `select from information_schema.columns where table_name = 'friend_requests_archive' and column_name = 'message'`,
    )
    expect(columns).toEqual([])
  })

  it('tells alice nothing: a declined request goes when an unanswered one goes', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [declined, unanswered] = [await ask(alice, bob), await ask(alice, carol)]
    await verbs.reject(bob, { id: declined })
    const now = await databaseNow(app)
    const outgoing = async () => {
      const page = await requests(alice, { direction: 'OUTGOING', status: 'EXPIRED' })
      return (page.edges as { node: { id: string } }[]).map(({ node }) => node.id)
    }
    const sweep = async () => {
      await swept(app, 'expire-requests')
      await swept(app, 'archive-requests')
    }
    for (const id of [declined, unanswered]) await age(id, daysBefore(now, 89))
    await sweep()
    expect(new Set(await outgoing())).toEqual(new Set([declined, unanswered]))
    for (const id of [declined, unanswered]) await age(id, daysBefore(now, 90))
    await sweep()
    expect(await outgoing()).toEqual([])
  })

  it('is erased with either of its people', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const id = await ask(alice, bob)
    await verbs.cancel(alice, { id })
    await age(id, daysBefore(await databaseNow(app), 91))
    await swept(app, 'archive-requests')
    expect(await archived()).toHaveLength(1)
    await app.admin.query('delete from users where id = $1', [bob.id])
    expect(await archived()).toEqual([])
  })
})

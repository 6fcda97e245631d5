import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { daysBefore, hoursBefore } from '../../../src/worker/schedule/task.ts'
import { databaseNow, swept } from '../../support/tasks.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { links } from '../../support/verbs.ts'

const app = await openTestService()
const next = (moment: Date) => new Date(moment.getTime() + 1)

describe('sweep-outbox', () => {
  let number = 0
  const event = async (dispatchedAt: Date | null) => {
    const { rows } = await app.admin.query<{ id: string }>(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, created_at, dispatch_number, dispatched_at, data)
       values ('follow.created', 'people', gen_random_uuid(), gen_random_uuid(), now() - interval '30 days', $1, $2, $3) returning id`,
      dispatchedAt === null ? [null, null, null] : [++number, dispatchedAt, {}],
    )
    return rows[0]?.id ?? ''
  }
  const endpoint = async () => {
    const { rows } = await app.admin.query<{ id: string }>(
      `insert into webhook_endpoints (url, secret) values ($1, $2) returning id`,
      [`https://example.com/${randomUUID()}`, Buffer.alloc(32)],
    )
    return rows[0]?.id ?? ''
  }
  const delivery = (endpointId: string, eventId: string, state: string) =>
    app.admin.query(
      `insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version, state, finished_at)
       select $1, id, actor_user_id, other_user_id, version, $3, case when $3 <> 'pending' then now() end
         from outbox where id = $2`,
      [endpointId, eventId, state],
    )
  const left = async () =>
    (await app.admin.query<{ id: string }>('select id from outbox order by version')).rows.map(
      ({ id }) => id,
    )

  it('removes what was dispatched 14 days ago, and not a millisecond later', async () => {
    const now = await databaseNow(app)
    const cutoff = daysBefore(now, 14)
    await event(cutoff)
    const [young, waiting] = [await event(next(cutoff)), await event(null)]
    expect(await swept(app, 'sweep-outbox', { moment: now })).toBe(1)
    expect(await left()).toEqual([young, waiting])
    await app.admin.query('delete from outbox')
  })

  it('keeps an event that somebody still waits for, and removes deliveries that are over with theirs', async () => {
    const now = await databaseNow(app)
    const [awaited, over] = [await event(daysBefore(now, 20)), await event(daysBefore(now, 20))]
    const [one, other] = [await endpoint(), await endpoint()]
    await delivery(one, awaited, 'pending')
    await delivery(other, awaited, 'delivered')
    await delivery(one, over, 'dead')
    await delivery(other, over, 'delivered')
    expect(await swept(app, 'sweep-outbox')).toBe(1)
    expect(await left()).toEqual([awaited])
    const { rowCount } = await app.admin.query('select from webhook_deliveries')
    expect(rowCount).toBe(2)
    await app.admin.query('delete from outbox')
  })

  it('does not keep an event for an endpoint that is disabled', async () => {
    const old = await event(daysBefore(await databaseNow(app), 20))
    const disabled = await endpoint()
    await delivery(disabled, old, 'pending')
    await app.admin.query(
      `update webhook_endpoints set state = 'disabled', disabled_at = now() where id = $1`,
      [disabled],
    )
    expect(await swept(app, 'sweep-outbox')).toBe(1)
    expect(await left()).toEqual([])
  })

  it('gets past more events that are kept than one batch looks at', async () => {
    const { rowsAtOnce } = limits.tasks
    const from = number
    number += rowsAtOnce + 5
    await app.admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, dispatch_number, dispatched_at, data)
       select 'follow.created', 'people', gen_random_uuid(), gen_random_uuid(), $1::bigint + n, now() - interval '20 days', '{}'
         from generate_series(1, $2::int) as n`,
      [from, rowsAtOnce + 5],
    )
    const one = await endpoint()
    await app.admin.query(
      `insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version)
       select $1, id, actor_user_id, other_user_id, version from outbox order by dispatch_number limit $2`,
      [one, rowsAtOnce],
    )
    expect(await swept(app, 'sweep-outbox')).toBe(5)
    await app.admin.query('delete from outbox')
  })
})

describe('sweep-rate-limits', () => {
  it('removes a bucket whose last call is an hour ago, and not a millisecond later', async () => {
    const now = await databaseNow(app)
    const cutoff = hoursBefore(now, 1)
    await app.admin.query('delete from rate_limit_buckets')
    await app.admin.query(
      `insert into rate_limit_buckets (bucket, hits)
       values ('old', array[$1::timestamptz - interval '1 day', $1]), ('young', array[$1::timestamptz - interval '1 day', $2]),
              ('empty', '{}')`,
      [cutoff, next(cutoff)],
    )
    expect(await swept(app, 'sweep-rate-limits', { moment: now })).toBe(2)
    const { rows } = await app.admin.query('select bucket from rate_limit_buckets')
    expect(rows).toEqual([{ bucket: 'young' }])
  })

  it('looks at all of them, however many are kept', async () => {
    const { rowsAtOnce } = limits.tasks
    await app.admin.query('delete from rate_limit_buckets')
    await app.admin.query(
      `insert into rate_limit_buckets (bucket, hits)
       select 'a' || n, array[now()] from generate_series(1, $1::int) as n
        union all select 'b' || n, array[now() - interval '1 day'] from generate_series(1, 3) as n`,
      [rowsAtOnce * 2],
    )
    expect(await swept(app, 'sweep-rate-limits')).toBe(3)
    await app.admin.query('delete from rate_limit_buckets')
  })

  it('forgets nothing that still counts', async () => {
    const [alice] = await app.people('alice')
    const { most } = limits.mutations.claimUsername
    const claims = Array.from({ length: most + 1 }, (_, n) => n)
    const claim = () =>
      alice.ask(
        `mutation { ${claims.map((n) => `c${String(n)}: claimUsername(username: "!") { userErrors { code } }`).join(' ')} }`,
      )
    await claim()
    await swept(app, 'sweep-rate-limits')
    const { data } = await claim()
    expect(data.c0.userErrors).toEqual([{ code: 'RATE_LIMITED' }])
  })
})

describe('sweep-quota-uses', () => {
  const use = (person: Person, usedAt: Date) =>
    app.admin.query(
      `insert into quota_uses (user_id, action, used_at) values ($1, 'requestFriend', $2)`,
      [person.id, usedAt],
    )

  it('removes uses of 48 hours ago, and not a millisecond later', async () => {
    const [alice] = await app.people('alice')
    const now = await databaseNow(app)
    const cutoff = hoursBefore(now, 48)
    await use(alice, cutoff)
    await use(alice, next(cutoff))
    await use(alice, now)
    expect(await swept(app, 'sweep-quota-uses', { moment: now })).toBe(1)
    const { rowCount } = await app.admin.query('select from quota_uses where user_id = $1', [
      alice.id,
    ])
    expect(rowCount).toBe(2)
    await app.admin.query('delete from quota_uses')
  })

  it('gives nobody a use back that counts', async () => {
    const [alice] = await app.people('alice')
    const now = await databaseNow(app)
    for (let n = 0; n < limits.quotas.friendRequests.most; n++)
      await use(alice, hoursBefore(now, 23))
    await swept(app, 'sweep-quota-uses')
    const [bob] = await app.people('bob')
    const { data } = await alice.ask(
      `mutation ($id: ID!) { requestFriend(userId: $id) { userErrors { code } } }`,
      { id: bob.id },
    )
    expect(data.requestFriend.userErrors).toEqual([{ code: 'RATE_LIMITED' }])
    await app.admin.query('delete from quota_uses')
  })
})

describe('sweep-game-facts', () => {
  it('forgets what was told 30 days ago, and not a millisecond later', async () => {
    const now = await databaseNow(app)
    const cutoff = daysBefore(now, 30)
    await app.admin.query(
      `insert into game_facts (key, contents, recorded_at)
       values (sha256('a'), sha256(''), $1), (sha256('b'), sha256(''), $2)`,
      [cutoff, next(cutoff)],
    )
    expect(await swept(app, 'sweep-game-facts', { moment: now })).toBe(1)
    const { rows } = await app.admin.query(`select key = sha256('b') as young from game_facts`)
    expect(rows).toEqual([{ young: true }])
  })
})

describe('sweep-links', () => {
  const kept = async (maker: Person) => {
    const { rows } = await app.admin.query<{ label: string }>(
      'select label from contact_links where maker_user_id = $1 order by label',
      [maker.id],
    )
    return rows.map(({ label }) => label)
  }
  const set = (maker: Person, label: string, column: 'expires_at' | 'revoked_at', at: Date) =>
    app.admin.query(
      `update contact_links set ${column} = $3 where maker_user_id = $1 and label = $2`,
      [maker.id, label, at],
    )

  it('removes what was revoked or expired unused 90 days ago, and not a millisecond later', async () => {
    const [alice] = await app.people('alice')
    const now = await databaseNow(app)
    const cutoff = daysBefore(now, 90)
    for (const label of ['revoked', 'revoked later', 'expired', 'expired later', 'live'])
      await links.create(alice, { label })
    await set(alice, 'revoked', 'revoked_at', cutoff)
    await set(alice, 'revoked later', 'revoked_at', next(cutoff))
    await set(alice, 'expired', 'expires_at', cutoff)
    await set(alice, 'expired later', 'expires_at', next(cutoff))
    expect(await swept(app, 'sweep-links', { moment: now })).toBe(2)
    expect(await kept(alice)).toEqual(['expired later', 'live', 'revoked later'])
  })

  it('keeps an expired link that somebody has used: it still lets them ask', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(
      'mutation { updatePrivacySettings(settings: { allowFriendRequests: NOBODY }) { changed } }',
    )
    await app.admin.query('delete from contact_links')
    const { token } = await links.create(alice, { label: 'used' })
    await links.consume(bob, token)
    await set(alice, 'used', 'expires_at', daysBefore(new Date(), 200))
    expect(await swept(app, 'sweep-links')).toBe(0)
    const ask = async () => {
      const { data } = await bob.ask(
        `query ($id: ID!) { relationships(userIds: [$id]) { can(action: REQUEST_FRIEND) { allowed } } }`,
        { id: alice.id },
      )
      return data.relationships[0].can.allowed
    }
    expect(await ask()).toBe(true)
    // Revoking it takes that back, and then nothing hangs on it.
    await set(alice, 'used', 'revoked_at', daysBefore(new Date(), 91))
    expect(await ask()).toBe(false)
    expect(await swept(app, 'sweep-links')).toBe(1)
    expect(await ask()).toBe(false)
    const { rowCount } = await app.admin.query('select from contact_link_uses where user_id = $1', [
      bob.id,
    ])
    expect(rowCount).toBe(0)
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { recordBlockChanges } from '../../src/events/outbox.ts'
import { limits } from '../../src/limits.ts'
import { dispatchEvents, eventsBetween } from '../support/events.ts'
import { newUserId, openTestService, type Person } from '../support/test-service.ts'
import { verbs } from '../support/verbs.ts'

// Services hear of the blocks of a pair at most once in 10 s, with the state that stands then
// (rule 8.6).

const app = await openTestService()
const worker = openDatabase({ url: app.database.workerUrl, poolSize: 2 })
afterAll(() => worker.close())

const seconds = limits.quotas.blockEvents.seconds * 1_000
const events = (...people: readonly { id: string }[]) =>
  eventsBetween(app.admin, ...(people as Person[]))
const dispatch = () => dispatchEvents(app)

/** Lets the last event of two people, and what waits behind it, be so much older. */
const passTime = (one: Person, other: Person, milliseconds: number) =>
  app.admin.query(
    `update outbox
        set dispatched_at = dispatched_at - $2 * interval '1 ms', due_at = due_at - $2 * interval '1 ms'
      where kind = 'block.changed' and actor_user_id = any ($1) and other_user_id = any ($1)`,
    [[one.id, other.id], milliseconds],
  )

const state = (userIds: readonly Person[], blockers: readonly Person[]) => ({
  userIds: userIds.map(({ id }) => id).sort(),
  blockers: blockers.map(({ id }) => id).sort(),
})

describe('services that are told of blocks', () => {
  it('hear of the first at once, and of what follows within ten seconds once, at their end', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await verbs.unblockUser(alice, bob)
    await verbs.blockUser(alice, bob)
    await verbs.unblockUser(alice, bob)
    await dispatch()
    const [first, second, ...more] = await events(alice, bob)
    expect(more).toEqual([])
    expect(first).toMatchObject({ audience: 'services', data: state([alice, bob], [alice]) })
    expect(second?.isDispatched).toBe(false)
    expect(Number(second?.dueAt) - Number(first?.dispatchedAt)).toBe(seconds)
    await passTime(alice, bob, seconds)
    await dispatch()
    const [, told] = await events(alice, bob)
    expect(told).toMatchObject({ isDispatched: true, data: state([alice, bob], []) })
  })

  it('hear the state that stands when it is told, not that of the change', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await verbs.unblockUser(alice, bob)
    await verbs.blockUser(bob, alice)
    expect(await events(alice, bob)).toMatchObject([{ data: state([alice, bob], [bob]) }])
    await verbs.blockUser(alice, bob)
    expect(await events(alice, bob)).toMatchObject([{ data: state([alice, bob], [alice, bob]) }])
  })

  it('are told at once again when ten seconds have passed', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await passTime(alice, bob, seconds)
    await verbs.unblockUser(alice, bob)
    const [, second] = await events(alice, bob)
    expect(Number(second?.dueAt) - Number(second?.createdAt)).toBeLessThan(1_000)
  })

  it('hear of bob’s block of alice in the time of alice’s block of bob, because it is one pair', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await verbs.blockUser(bob, alice)
    const [first, second] = await events(alice, bob)
    expect(Number(second?.dueAt) - Number(first?.dispatchedAt)).toBe(seconds)
  })

  it('hear of alice and carol whatever was told of alice and bob', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await verbs.blockUser(alice, carol)
    await dispatch()
    expect(await events(alice, carol)).toMatchObject([{ isDispatched: true }])
  })

  it('hear once of what many do at the same time', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const rounds = Array.from({ length: 20 }, (_, round) =>
      round % 2 === 0
        ? verbs.blockUser(round % 4 === 0 ? alice : bob, round % 4 === 0 ? bob : alice)
        : verbs.unblockUser(alice, bob),
    )
    await Promise.all(rounds)
    expect(await events(alice, bob)).toHaveLength(1)
    await dispatch()
    await Promise.all([verbs.unblockUser(alice, bob), verbs.unblockUser(bob, alice)])
    expect(await events(alice, bob)).toHaveLength(2)
  })

  it('hear of blocks that have run out, those of many pairs in one statement', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    for (const [blocker, blocked] of [
      [alice, bob],
      [bob, alice],
      [alice, carol],
    ] as const) {
      await verbs.blockUser(blocker, blocked)
    }
    await dispatch()
    await passTime(alice, bob, seconds)
    await app.admin.query(
      `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'`,
    )
    const session = worker.as({ kind: 'worker' })
    const ended = [
      { blocker: alice.id, blocked: bob.id },
      { blocker: bob.id, blocked: alice.id },
      { blocker: alice.id, blocked: carol.id },
    ]
    await session.write((tx) => recordBlockChanges(tx, ended))
    await session.finish()
    await dispatch()
    expect(await events(alice, bob)).toMatchObject([{}, { data: state([alice, bob], []) }])
    const [told, later] = await events(alice, carol)
    expect(Number(later?.dueAt) - Number(told?.dispatchedAt)).toBe(seconds)
    expect(later?.data).toEqual(state([alice, carol], []))
  })

  it('hear of a block that had run out and is taken back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await passTime(alice, bob, seconds)
    await app.admin.query(
      `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
        where blocker_user_id = $1`,
      [alice.id],
    )
    expect(await verbs.unblockUser(alice, bob)).toMatchObject({ changed: false })
    await dispatch()
    expect(await events(alice, bob)).toMatchObject([{}, { data: state([alice, bob], []) }])
  })
})

describe('the newest event of a pair', () => {
  it('is found by an index, however many there are', async () => {
    const client = await app.admin.connect()
    try {
      await client.query('begin; set local enable_seqscan = off')
      const { rows } = await client.query(
        `explain select dispatched_at from outbox
          where kind = 'block.changed' and least(actor_user_id, other_user_id) = $1::uuid
            and greatest(actor_user_id, other_user_id) = $1::uuid
          order by version desc limit 1`,
        [newUserId()],
      )
      expect(JSON.stringify(rows)).toContain('outbox_block_changes_idx')
      expect(JSON.stringify(rows)).not.toContain('Sort')
    } finally {
      await client.query('rollback')
      client.release()
    }
  })
})

describe('a change in the moment in which an event is dispatched', () => {
  it('waits, and is told by an event of its own', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const client = await app.admin.connect()
    try {
      // Holds the dispatcher when it has worked out what it tells.
      await client.query('begin; lock table webhook_deliveries in access exclusive mode')
      const dispatching = dispatch()
      const waiting = `select from pg_locks where relation = 'webhook_deliveries'::regclass and not granted`
      await expect.poll(async () => (await client.query(waiting)).rowCount).toBe(1)
      const unblocking = verbs.unblockUser(alice, bob)
      await Promise.race([unblocking, new Promise((resolve) => setTimeout(resolve, 300))])
      await client.query('rollback')
      await Promise.all([dispatching, unblocking])
    } finally {
      client.release()
    }
    expect(await events(alice, bob)).toMatchObject([
      { isDispatched: true, data: state([alice, bob], [alice]) },
      { isDispatched: false, data: state([alice, bob], []) },
    ])
  })
})

describe('an event that has waited', () => {
  it('is newer than what was told meanwhile, because it tells a newer state', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await dispatch()
    await verbs.unblockUser(alice, bob)
    await verbs.followUser(bob, alice)
    await dispatch()
    await passTime(alice, bob, seconds)
    await dispatch()
    const told = (await events(alice, bob)).sort((one, other) => one.number - other.number)
    expect(told.map(({ kind, data }) => [kind, data])).toEqual([
      ['block.changed', state([alice, bob], [alice])],
      ['follow.created', { followerId: bob.id, targetId: alice.id }],
      ['block.changed', state([alice, bob], [])],
    ])
  })
})

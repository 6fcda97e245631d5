import { describe, expect, it } from 'vitest'
import { databaseNow, swept } from '../../support/tasks.ts'
import type { Person } from '../../support/test-service.ts'
import { newUserId, openTestService } from '../../support/test-service.ts'
import { relationshipOf, verbs } from '../../support/verbs.ts'

const app = await openTestService()

/** Makes everybody whom this person blocks blocked until then. */
const endAt = (blocker: Person, end: Date | string) =>
  app.admin.query(
    `update user_blocks set created_at = now() - interval '2 hours', expires_at = $2 where blocker_user_id = $1`,
    [blocker.id, end],
  )
const runOut = (blocker: Person) => endAt(blocker, new Date(Date.now() - 1_000))
const blocks = async (blocker: Person) =>
  (await app.admin.query('select from user_blocks where blocker_user_id = $1', [blocker.id]))
    .rowCount

/** Forgets what was told, so that only what comes now is counted. */
const forget = () => app.admin.query('delete from outbox')
const told = async () => {
  const { rows } = await app.admin.query<{ kind: string; people: string[] }>(
    `select kind, audience, array[actor_user_id, other_user_id]::text[] as people from outbox order by version`,
  )
  return rows
}

describe('end-blocks', () => {
  it('removes a block that runs out at this millisecond, and not one that runs out at the next', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(carol, bob)
    await forget()
    const now = await databaseNow(app)
    await endAt(alice, now)
    await endAt(carol, new Date(now.getTime() + 1))
    expect(await swept(app, 'end-blocks', { moment: now })).toBe(1)
    expect([await blocks(alice), await blocks(carol)]).toEqual([0, 1])
    expect(await told()).toEqual([
      { kind: 'block.changed', audience: 'services', people: [alice.id, bob.id] },
    ])
    await runOut(carol)
    await swept(app, 'end-blocks')
  })

  it('leaves blocks without an end, and those that end later', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(carol, bob)
    await endAt(carol, new Date(Date.now() + 3_600_000))
    expect(await swept(app, 'end-blocks')).toBe(0)
    expect([await blocks(alice), await blocks(carol)]).toEqual([1, 1])
  })

  it('leaves a pair alone that somebody changes in this moment, and takes it the next time', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await runOut(alice)
    const client = await app.admin.connect()
    await client.query('begin')
    const key = `pair:${[alice.id, bob.id].sort().join(':')}`
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
    expect(await swept(app, 'end-blocks')).toBe(0)
    await client.query('rollback')
    client.release()
    expect(await swept(app, 'end-blocks')).toBe(1)
  })

  it('removes what piled up, in more than one batch', async () => {
    const [alice] = await app.people('alice')
    await app.admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
       select $1, gen_random_uuid(), now() - interval '2 hours', now() - interval '1 second' from generate_series(1, 250)`,
      [alice.id],
    )
    expect(await swept(app, 'end-blocks')).toBe(250)
    expect(await blocks(alice)).toBe(0)
  })

  it('is safe beside whoever blocks again, takes back and blocks anew', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (let round = 0; round < 15; round++) {
      await verbs.blockUser(alice, bob)
      await runOut(alice)
      await Promise.all([
        swept(app, 'end-blocks').catch(() => 0),
        verbs.blockUser(alice, bob),
        round % 3 === 0 ? verbs.unblockUser(alice, bob) : null,
      ])
      const { isBlocking } = await relationshipOf(alice, bob)
      expect(await blocks(alice)).toBe(isBlocking ? 1 : 0)
      await verbs.unblockUser(alice, bob)
    }
  })
})

describe('a block that has run out and that the worker has not seen yet', () => {
  it('is told to services when its blocker takes it back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await runOut(alice)
    await forget()
    expect(await verbs.unblockUser(alice, bob)).toMatchObject({ changed: false })
    expect(await blocks(alice)).toBe(0)
    expect(await told()).toEqual([
      { kind: 'block.changed', audience: 'services', people: [alice.id, bob.id] },
    ])
    expect(await verbs.unblockUser(alice, bob)).toMatchObject({ changed: false })
    expect(await told()).toHaveLength(1)
  })

  it('is not removed by a block of somebody else, which would tell nobody', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await runOut(alice)
    await forget()
    await verbs.blockUser(alice, { id: newUserId() })
    expect(await blocks(alice)).toBe(2)
    expect(await swept(app, 'end-blocks')).toBe(1)
    expect((await told()).map(({ people }) => people)).toContainEqual([alice.id, bob.id])
  })
})

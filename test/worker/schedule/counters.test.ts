import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { swept } from '../../support/tasks.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService()

const counters = async ({ id }: Person) => {
  const { rows } = await app.admin.query<{ followers: number; following: number }>(
    'select followers, following from user_counters where user_id = $1',
    [id],
  )
  return rows[0] ?? null
}
const spoil = ({ id }: Person, followers: number, following: number) =>
  app.admin.query('update user_counters set followers = $2, following = $3 where user_id = $1', [
    id,
    followers,
    following,
  ])

describe('recount-counters', () => {
  it('changes nothing where all is right, which is how it should be', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(alice, bob)
    expect(await swept(app, 'recount-counters')).toBe(0)
    expect(await counters(bob)).toEqual({ followers: 1, following: 0 })
  })

  it('corrects what is too much, too little and missing, and says how many were wrong', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const person of [alice, bob, carol]) await verbs.followUser(person, dave)
    await spoil(alice, 7, 0)
    await spoil(dave, 1, 4)
    await app.admin.query('delete from user_counters where user_id = $1', [carol.id])
    expect(await swept(app, 'recount-counters')).toBe(3)
    expect(await counters(alice)).toEqual({ followers: 0, following: 1 })
    expect(await counters(carol)).toEqual({ followers: 0, following: 1 })
    expect(await counters(dave)).toEqual({ followers: 3, following: 0 })
    expect(await swept(app, 'recount-counters')).toBe(0)
  })

  it('corrects later what is too small, which keeps nobody from ending a follow', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(alice, bob)
    await spoil(bob, 0, 0)
    expect(await verbs.unfollowUser(alice, bob)).toMatchObject({ changed: true })
    expect(await counters(bob)).toEqual({ followers: 0, following: 0 })
    expect(await swept(app, 'recount-counters')).toBe(0)
  })

  it('goes through everybody', async () => {
    const count = limits.tasks.peopleAtOnce * 2
    const [alice] = await app.people('alice')
    await app.admin.query(
      `with person as (insert into users (id) select gen_random_uuid() from generate_series(1, $2::int) returning id)
       insert into user_follows (follower_user_id, target_user_id) select id, $1 from person`,
      [alice.id, count],
    )
    await app.admin.query('update user_counters set followers = followers + 1')
    const { rowCount } = await app.admin.query('select from user_counters')
    expect(await swept(app, 'recount-counters')).toBe(rowCount)
    expect(await counters(alice)).toEqual({ followers: count, following: 0 })
  })

  it('is right about a follow that begins while it counts', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.followUser(bob, alice)
    await spoil(alice, 5, 0)
    const client = await app.admin.connect()
    await client.query('begin')
    await client.query(
      'insert into user_follows (follower_user_id, target_user_id) values ($1, $2)',
      [carol.id, alice.id],
    )
    const recount = swept(app, 'recount-counters')
    const waits = async () =>
      (
        await app.admin.query(
          `select from pg_stat_activity
            where usename = 'connections_worker' and datname = current_database() and wait_event_type = 'Lock'`,
        )
      ).rowCount
    await expect.poll(waits, { interval: 20 }).toBe(1)
    await client.query('commit')
    client.release()
    expect(await recount).toBe(1)
    expect(await counters(alice)).toEqual({ followers: 2, following: 0 })
  })

  it('is right beside people who follow and stop following meanwhile', async () => {
    const people = await app.people('a', 'b', 'c', 'd', 'e', 'f')
    const [alice, ...others] = people
    for (const other of others) await verbs.followUser(other, alice)
    await spoil(alice, 9, 3)
    const churn = async () => {
      for (let round = 0; round < 20; round++)
        for (const other of others)
          await (round % 2 === 0
            ? verbs.unfollowUser(other, alice)
            : verbs.followUser(other, alice))
    }
    const recount = async () => {
      for (let round = 0; round < 10; round++) await swept(app, 'recount-counters')
    }
    await Promise.all([churn(), recount()])
    await swept(app, 'recount-counters')
    expect(await counters(alice)).toEqual({ followers: others.length, following: 0 })
    expect(await swept(app, 'recount-counters')).toBe(0)
  })
})

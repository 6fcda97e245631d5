import { describe, expect, it } from 'vitest'
import { measureNames } from '../../../src/modules/insights/measure.ts'
import {
  daysAgo,
  historyDays,
  insightsOf,
  rollUp,
  writeHistory,
} from '../../support/insight-history.ts'
import { awayFromMidnight } from '../../support/midnight.ts'
import { work } from '../../support/tasks.ts'
import {
  openIsolatedTestService,
  openTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'

const production = { NODE_ENV: 'production' }

/** For blocks; what is rolled up needs a database of its own. */
const shared = await openTestService(production)

interface Row {
  readonly measure: string
  readonly first_day: string
  readonly last_day: string
  readonly people: number
  readonly sums: Readonly<Record<string, unknown>>
}

async function rollups({ admin }: TestService, measure?: string): Promise<Row[]> {
  const { rows } = await admin.query<Row>(
    `select measure, first_day::text, last_day::text, people::int, sums
       from insight_rollups where measure = coalesce($1, measure) order by measure, first_day`,
    [measure],
  )
  return rows
}

/** Says that so many people, always the first ones, were active on a day. */
async function active(app: TestService, people: number, ago: number): Promise<void> {
  await awayFromMidnight()
  await app.admin.query(
    `with person as (
       insert into users (id) select md5('active ' || n)::uuid from generate_series(1, $1) as n
           on conflict do nothing)
     insert into activity_days (user_id, day)
     select md5('active ' || n)::uuid, (now() at time zone 'UTC')::date - $2::int from generate_series(1, $1) as n
         on conflict do nothing`,
    [people, ago],
  )
}

describe('roll-ups', () => {
  it('have no group of fewer than 10 people, no gaps, and nobody’s id', async () => {
    const app = await openIsolatedTestService(production)
    await writeHistory(app)
    await rollUp(app)
    const rows = await rollups(app)
    expect(new Set(rows.map(({ measure }) => measure))).toEqual(new Set(measureNames))
    expect(Math.min(...rows.map(({ people }) => people))).toBeGreaterThanOrEqual(10)
    for (const measure of measureNames) {
      const own = rows.filter((row) => row.measure === measure)
      const after = (day: string) =>
        new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
      expect(own.slice(1).map((row) => row.first_day)).toEqual(
        own.slice(0, -1).map((row) => after(row.last_day)),
      )
    }
    // Some days stand alone, and some do not have 10 people by themselves.
    const days = rows.filter(({ measure }) => measure === 'requests')
    expect(days.some((row) => row.first_day === row.last_day)).toBe(true)
    expect(days.some((row) => row.first_day !== row.last_day)).toBe(true)
    expect(JSON.stringify(rows)).not.toMatch(/[\da-f]{8}-[\da-f]{4}/)
  })

  it('are the same after a second run, and after one that was interrupted', async () => {
    const app = await openIsolatedTestService(production)
    await writeHistory(app)
    const stop = new AbortController()
    let batches = 0
    const onBatch = () => {
      if (++batches === 3) stop.abort()
    }
    const first = await work(app, 'roll-up-insights', { signal: stop.signal, onBatch })
    expect(first?.outcome).toBe('interrupted')
    const some = await rollups(app)
    await rollUp(app)
    const once = await rollups(app)
    expect(once.length).toBeGreaterThan(some.length)
    expect(once).toEqual(expect.arrayContaining(some))
    await rollUp(app)
    expect(await rollups(app)).toEqual(once)
  })

  it('count what services tell within three days, and nothing that comes later', async () => {
    const app = await openIsolatedTestService(production)
    for (const ago of [1, 3, 4]) await active(app, 12, ago)
    await rollUp(app)
    for (const ago of [1, 3, 4]) await active(app, 15, ago)
    await rollUp(app)
    const counted = await rollups(app, 'activePeople')
    expect(counted.map(({ people }) => people)).toEqual([12, 15, 15])
  })

  it('keep what was counted of somebody who is erased', async () => {
    const app = await openIsolatedTestService(production)
    await active(app, 12, 8)
    await rollUp(app)
    await app.admin.query('delete from users')
    await rollUp(app)
    expect(await rollups(app, 'activePeople')).toMatchObject([{ people: 12 }])
  })

  it('go on where another version stopped at a measure that is no more', async () => {
    const app = await openIsolatedTestService(production)
    await active(app, 12, 8)
    await rollUp(app)
    await app.admin.query(
      `delete from insight_rollups; update worker_tasks set position = 'loneliness 2026-01-01'
        where name = 'roll-up-insights'`,
    )
    await rollUp(app)
    expect(await rollups(app, 'activePeople')).toHaveLength(1)
  })
})

describe('a group of fewer than 10 people', () => {
  it('is counted with the days after it', async () => {
    const app = await openIsolatedTestService(production)
    // Nine, nine again, then a tenth.
    await active(app, 9, 9)
    await active(app, 9, 8)
    await active(app, 10, 7)
    await active(app, 9, 6)
    await rollUp(app)
    const [row, ...others] = await rollups(app, 'activePeople')
    expect(others).toEqual([])
    expect(row).toMatchObject({ people: 10, sums: { days: 3, active: 28 } })

    const read = async (from: number, to: number) =>
      (await insightsOf(app, await daysAgo(app, from), await daysAgo(app, to))).figures.activePeople
    const untold = { value: null, n: null, low: null, high: null, counted: null }
    expect(await read(9, 6)).toMatchObject({ n: 3, value: 28 / 3 })
    // Moved by a day, there is nothing to subtract.
    expect(await read(9, 7)).toMatchObject(untold)
    expect(await read(8, 6)).toMatchObject(untold)
    expect(await read(10, 5)).toMatchObject({ n: 3, value: 28 / 3 })
    // The days themselves say nothing but the last of the group.
    const { points } = await read(9, 5)
    expect(points.map(({ n }) => n)).toEqual([null, null, 3, null])
  })

  it('is not told of where ten requests go to one person, who would be told of', async () => {
    const app = await openIsolatedTestService(production)
    await active(app, 40, 40)
    const requests = (asked: string) =>
      app.admin.query(
        `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, created_at, responded_at, expires_at)
         select md5('active ' || n)::uuid, md5('active ' || ${asked})::uuid, 'friend', 'accepted',
                now() - interval '30 days', now() - interval '29 days', now()
           from generate_series(1, 19) as n`,
      )
    const figure = async () => {
      await rollUp(app)
      const period = [await daysAgo(app, 45), await daysAgo(app, 0)] as const
      return (await insightsOf(app, ...period)).figures.requestAcceptance
    }
    await requests('20')
    expect(await figure()).toMatchObject({ value: null, n: null })
    await app.admin.query('delete from user_friend_requests')
    await requests('(n + 20)')
    expect(await figure()).toMatchObject({ value: 1, n: 19 })
  })

  it('is not told of either where the rest is told', async () => {
    const app = await openIsolatedTestService(production)
    await writeHistory(app)
    await app.admin.query(
      `delete from user_friend_requests
        where least(requester_user_id, target_user_id) not in (select md5('person ' || n)::uuid from generate_series(1, 40) as n)`,
    )
    await rollUp(app)
    const period = [await daysAgo(app, historyDays), await daysAgo(app, 0)] as const
    const { figures } = await insightsOf(app, ...period)
    const told = [figures.retentionWithFriends, figures.retentionOfOthers].map(({ n }) => n)
    expect(told.every((n) => n === null) || told.every((n) => Number(n) >= 10)).toBe(true)
    await app.admin.query('delete from user_friend_requests; delete from insight_rollups')
    await rollUp(app)
    const { retentionOfOthers } = (await insightsOf(app, ...period)).figures
    expect(retentionOfOthers).toMatchObject({ value: null, n: null })
  })

  it('is not what two figures about those who joined differ by', async () => {
    const app = await openIsolatedTestService(production)
    await writeHistory(app)
    await rollUp(app)
    // How many had joined by the end of each group.
    const joinedBy = async (measure: string, ...names: string[]) => {
      let joined = 0
      const rows = await rollups(app, measure)
      return rows.map(
        ({ sums }) => (joined += names.reduce((sum, name) => sum + Number(sums[name]), 0)),
      )
    }
    const retention = await joinedBy('retention', 'friends', 'others')
    const threeFriends = await joinedBy('threeFriends', 'joined')
    expect(retention.length).toBeGreaterThan(2)
    expect(threeFriends.length).toBeGreaterThan(2)
    const differences = retention.flatMap((one) =>
      threeFriends.map((other) => Math.abs(one - other)),
    )
    expect(differences.filter((people) => people > 0 && people < 10)).toEqual([])
  })

  it('cannot be got out of the database either', async () => {
    const app = await openIsolatedTestService(production)
    await active(app, 9, 2)
    const asked = await app.admin.query(
      `select * from insight_of('activePeople', current_date - 3, current_date)`,
    )
    expect(asked.rows).toEqual([])
    await expect(
      app.admin.query(
        `insert into insight_rollups values ('activePeople', '2026-01-01', '2026-01-01', 9, '{}')`,
      ),
    ).rejects.toThrow('no_group_is_small')
  })
})

describe('blocks', () => {
  const Block = (then: string) => `mutation ($id: ID!) {
    blockUser(userId: $id) { changed userErrors { code } }
    ${then}
  }`
  const made = async () => {
    const { admin } = shared
    const { rows } = await admin.query<{ made: number }>(
      `select coalesce(sum(made), 0)::int as made from blocks_made where day = (now() at time zone 'UTC')::date`,
    )
    return rows[0]?.made
  }
  const block = async (one: Person, other: Person, then = '') => {
    const { errors, body } = await one.ask(Block(then), { id: other.id })
    if (errors.length > 0) throw new Error(body)
  }

  it('are counted when they are made, once each, and also if they end at once', async () => {
    const [alice, bob, carol] = await shared.people('alice', 'bob', 'carol')
    const before = (await made()) ?? 0
    await block(alice, bob, 'unblockUser(userId: $id) { changed }')
    await block(alice, carol)
    await block(alice, carol)
    expect(await made()).toBe(before + 2)
  })

  it('are counted again when they are made again', async () => {
    const { admin } = shared
    const [alice, bob] = await shared.people('alice', 'bob')
    const before = (await made()) ?? 0
    await block(alice, bob)
    await admin.query(
      `update user_blocks set expires_at = now() - interval '1 minute' where blocker_user_id = $1`,
      [alice.id],
    )
    expect(await made()).toBe(before + 1)
    await block(alice, bob)
    expect(await made()).toBe(before + 2)
  })
})

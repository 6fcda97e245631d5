import { beforeAll, describe, expect, it } from 'vitest'
import type { FigureName } from '../../../src/modules/insights/figure.ts'
import {
  daysAgo,
  historyDays,
  insightsOf,
  rollUp,
  writeHistory,
} from '../../support/insight-history.ts'
import { openTestService } from '../../support/test-service.ts'

// Every figure on one seeded history: what is read from roll-ups is what is computed from the
// tables now, and what a question in plain SQL says, which has nothing in common with either.

const app = await openTestService({ NODE_ENV: 'production' })
let period: readonly [Date, Date]

beforeAll(async () => {
  await writeHistory(app)
  await rollUp(app)
  period = [await daysAgo(app, historyDays), await daysAgo(app, 0)]
})

/** One value of plain SQL over the days that a figure counts, `$1` to `$2`. */
async function plainly(name: FigureName, sql: string): Promise<number> {
  const { counted } = (await insightsOf(app, ...period)).figures[name]
  const { rows } = await app.admin.query<{ value: string }>(sql, [counted?.from, counted?.to])
  return Number(rows[0]?.value)
}

const all = `(select requester_user_id as asker, target_user_id as asked, status, created_at, responded_at from user_friend_requests where friendship_level = 'friend'
  union all select requester_user_id, target_user_id, status, created_at, responded_at from friend_requests_archive where friendship_level = 'friend') as r`
const answered = `status in ('accepted', 'rejected') and responded_at - created_at <= interval '14 days'`
const sent = 'r.created_at >= $1 and r.created_at < $2'
const invited = (friends: boolean) =>
  `select avg((outcome = 'accepted' and answered_at - invited_at <= interval '14 days' and outcome is not null)::int) as value
     from game_invites where invited_at >= $1 and invited_at < $2 and between_friends is ${String(friends)}`
const friendsWithin = (days: number) =>
  `(select count(distinct case when asker = u.id then asked else asker end) from ${all}
     where u.id in (asker, asked) and status = 'accepted' and responded_at - u.created_at < interval '${days} days')`
const back = `coalesce((select true from activity_days as a where a.user_id = u.id
  and a.day - (u.created_at at time zone 'UTC')::date between 30 and 36 limit 1), false)`
const retained = (compared: string) =>
  `select avg(${back}::int) as value from users as u where u.created_at >= $1 and u.created_at < $2 and ${friendsWithin(7)} ${compared} 5`
const reports = (within: string) =>
  `select 1000.0 * count(p.reported_at) / count(distinct (b.blocker_user_id, b.blocked_user_id)) as value
     from user_blocks as b join users as u on u.id = b.blocked_user_id
     left join user_reports as p
       on (p.reporter_user_id, p.reported_user_id) in ((b.blocker_user_id, b.blocked_user_id), (b.blocked_user_id, b.blocker_user_id))
      and p.reported_at - b.created_at ${within}
    where b.created_at >= $1 and b.created_at < $2 and (b.expires_at is null or b.expires_at - b.created_at >= interval '30 days')`

const definitions: Readonly<Partial<Record<FigureName, string>>> = {
  activePeople: `select count(*)::float8 / ($2::date - $1::date) as value from activity_days where day >= $1::date and day < $2::date`,
  requestsAnswered: `select avg((${answered})::int) as value from ${all} where ${sent}`,
  requestAcceptance: `select avg((status = 'accepted')::int) as value from ${all} where ${sent} and ${answered}`,
  meanTimeToRespond: `select avg(extract(epoch from responded_at - created_at)) as value from ${all} where ${sent} and ${answered}`,
  blocksPerThousandActive: `select 1000.0 * (select count(*) from user_blocks where created_at >= $1 and created_at < $2)
    / (select count(*) from activity_days where day >= $1::date and day < $2::date) as value`,
  inviteAcceptanceOfFriends: invited(true),
  inviteAcceptanceOfOthers: invited(false),
  retentionWithFriends: retained('>='),
  retentionOfOthers: retained('<'),
  threeFriendsByMonthThree: `select avg((${friendsWithin(90)} >= 3)::int) as value from users as u where u.created_at >= $1 and u.created_at < $2`,
  reportsBeforeBlock: reports(`between interval '-30 days' and interval '0'`),
  reportsAfterBlock: reports(`between interval '1 second' and interval '30 days'`),
}

describe('on a history of 130 days', () => {
  it('every figure is known, with its n and an interval around it', async () => {
    const { figures } = await insightsOf(app, ...period)
    for (const { name, value, n, low, high } of Object.values(figures)) {
      expect([name, value, n]).toEqual([name, expect.any(Number), expect.any(Number)])
      expect(low, name).toBeLessThanOrEqual(value ?? NaN)
      expect(high, name).toBeGreaterThanOrEqual(value ?? NaN)
      expect(n, name).toBeGreaterThanOrEqual(10)
    }
  })

  it('what is rolled up is what is computed from the tables, medians within 5 %', async () => {
    const { figures } = await insightsOf(app, ...period)
    const direct = await insightsOf(app, ...period, 'direct')
    for (const name of Object.keys(figures) as FigureName[]) {
      const [rolled, computed] = [figures[name], direct.figures[name]]
      expect(rolled.counted, name).toEqual(computed.counted)
      expect(rolled.n, name).toBe(computed.n)
      const within = name === 'medianTimeToRespond' ? 0.05 : 1e-9
      expect(Math.abs(Number(rolled.value) / Number(computed.value) - 1), name).toBeLessThan(within)
      for (const bound of ['low', 'high'] as const)
        expect(rolled[bound], name).toBeCloseTo(Number(computed[bound]), 6)
    }
  })

  it.each(Object.entries(definitions))('%s is what plain SQL says', async (name, sql) => {
    const { figures } = await insightsOf(app, ...period)
    const { value } = figures[name as FigureName]
    expect(value).toBeCloseTo(await plainly(name as FigureName, sql), 6)
  })

  it('the median has half of the answers on either side', async () => {
    const { figures } = await insightsOf(app, ...period)
    const { value } = figures.medianTimeToRespond
    const exact = await plainly(
      'medianTimeToRespond',
      `select percentile_disc(0.5) within group (order by extract(epoch from responded_at - created_at)) as value
         from ${all} where ${sent} and ${answered}`,
    )
    expect(Math.abs(Number(value) / exact - 1)).toBeLessThan(0.05)
  })

  it('lifts and reductions compare the figures that they are of', async () => {
    const { figures } = await insightsOf(app, ...period)
    const ratio = (one: FigureName, other: FigureName) =>
      Number(figures[one].value) / Number(figures[other].value)
    expect(figures.inviteAcceptanceLift.value).toBeCloseTo(
      ratio('inviteAcceptanceOfFriends', 'inviteAcceptanceOfOthers') - 1,
      9,
    )
    expect(figures.retentionLift.value).toBeCloseTo(
      ratio('retentionWithFriends', 'retentionOfOthers') - 1,
      9,
    )
    expect(figures.reportsReduction.value).toBeCloseTo(
      1 - ratio('reportsAfterBlock', 'reportsBeforeBlock'),
      9,
    )
  })

  it('each figure ends where what it asks of a day is not over', async () => {
    const { figures, completeUntil } = await insightsOf(app, ...period)
    const latest = async (days: number) => (await daysAgo(app, days)).getTime()
    expect(completeUntil?.getTime()).toBe(await latest(0))
    const ends = Object.fromEntries(
      Object.values(figures).map(({ name, counted }) => [name, counted?.to.getTime() ?? NaN]),
    )
    expect(ends['activePeople']).toBe(await latest(0))
    expect(ends['inviteAcceptanceOfFriends']).toBe(await latest(14))
    expect(ends['requestAcceptance']).toBeLessThanOrEqual(await latest(14))
    expect(ends['retentionLift']).toBeLessThanOrEqual(await latest(37))
    expect(ends['threeFriendsByMonthThree']).toBeLessThanOrEqual(await latest(90))
    expect(ends['reportsReduction']).toBeLessThanOrEqual(await latest(30))
  })

  it('points are of days, weeks from Monday, or months, and add up', async () => {
    const { step, figures } = await insightsOf(app, ...period)
    expect(step).toBe('WEEK')
    const { n, points, counted } = figures.requestAcceptance
    expect(points.reduce((sum, point) => sum + (point.n ?? 0), 0)).toBe(n)
    expect(points[0]?.day).toBe(period[0].toISOString().slice(0, 10))
    expect(points.slice(1).map(({ day }) => new Date(day).getUTCDay())).toEqual(
      points.slice(1).map(() => 1),
    )
    expect(points.at(-1)?.value).toBeNull()
    expect(counted).not.toBeNull()
    const month = await insightsOf(app, await daysAgo(app, 30), period[1])
    expect(month.step).toBe('DAY')
    expect(month.figures.activePeople.points).toHaveLength(30)
    const years = await insightsOf(app, await daysAgo(app, 1_000), period[1])
    expect(years.step).toBe('MONTH')
    expect(
      years.figures.activePeople.points.every(({ day }, at) => at === 0 || day.endsWith('-01')),
    ).toBe(true)
  })

  it('points are of every month in the years 1 to 99 too', async () => {
    const [from, to] = [new Date('0050-01-15T00:00:00Z'), new Date('0053-01-15T00:00:00Z')]
    const { step, figures } = await insightsOf(app, from, to)
    expect(step).toBe('MONTH')
    const days = figures.activePeople.points.map(({ day }) => day)
    expect(days).toHaveLength(37)
    expect([days[0], days[1], days[12], days[36]]).toEqual([
      '0050-01-15',
      '0050-02-01',
      '0051-01-01',
      '0053-01-01',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { violatedConstraint } from '../../../src/database/retry.ts'
import { limits } from '../../../src/limits.ts'
import { Activity } from '../../../src/modules/presence/activity.ts'
import { keepActivity } from '../../../src/modules/presence/sql.ts'
import { startServer } from '../../../src/server/server.ts'
import { keepLog } from '../../support/log.ts'
import {
  Heartbeat,
  heartbeat,
  seen,
  untilWritten,
  writtenPresence,
} from '../../support/presence.ts'
import {
  gatewaySecret,
  newUserId,
  openIsolatedTestService,
  openTestService,
  type Person,
} from '../../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const asService = () => app.server.database.as({ kind: 'service', name: 'test' })
const keep = (
  heartbeats: readonly (readonly [Person, Date])[],
  active: readonly (readonly [Person, string])[] = [],
) =>
  asService().write((tx) =>
    keepActivity(tx, {
      heartbeats: heartbeats.map(([{ id }, at]) => [id, at]),
      active: active.map(([{ id }, day]) => [id, day]),
    }),
  )

describe('a heartbeat', () => {
  it('counts once in 15 seconds, is no error when it comes earlier, and asks the database nothing', async () => {
    const [alice] = await app.people('alice')
    await alice.ask('{ viewer { id } }')
    const first = await heartbeat(alice)
    expect(first).toMatchObject({
      changed: true,
      presence: { status: 'ONLINE' },
      viewer: { id: alice.id },
      userErrors: [],
      statements: [],
    })
    for (let time = 0; time < 3; time++)
      expect(await heartbeat(alice)).toEqual({ ...first, changed: false })
    const { rowCount } = await app.admin.query(
      'select from rate_limit_buckets where bucket like $1',
      [`%${alice.id}%`],
    )
    expect(rowCount).toBe(0)
  })

  it('counts once of many that come at once, and of aliases of one document', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const answers = await Promise.all(Array.from({ length: 20 }, () => heartbeat(alice)))
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
    expect(new Set(answers.map(({ presence }) => presence.lastSeenAt)).size).toBe(1)
    const { data } = await bob.ask(
      'mutation { a: heartbeat { changed } b: heartbeat { changed } c: heartbeat { changed } }',
    )
    expect(data).toEqual({ a: { changed: true }, b: { changed: false }, c: { changed: false } })
  })

  it('is for people: not for the anonymous, nor for services', async () => {
    for (const [asker, code] of [
      [app.nobody, 'UNAUTHENTICATED'],
      [app.service, 'FORBIDDEN'],
    ] as const)
      for (let time = 0; time < 4; time++) {
        const { data, errors } = await asker.ask(Heartbeat)
        expect(data).toBeNull()
        expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      }
  })

  it('may be the first that is ever heard of a person', async () => {
    const alice = app.stranger('alice')
    expect(await heartbeat(alice)).toMatchObject({ changed: true, userErrors: [] })
    await untilWritten(app.admin, alice)
  })

  it('counts for each process by itself, and never moves a moment back', async () => {
    const [alice] = await app.people('alice')
    const other = await startServer({ ...app.config, port: 0 })
    try {
      const { presence } = await heartbeat(alice)
      const token = (await alice.token()) ?? ''
      const headers = { 'x-gateway-secret': gatewaySecret, authorization: `Bearer ${token}` }
      const answer = await other.app.inject({
        method: 'POST',
        url: '/graphql',
        headers,
        payload: { query: Heartbeat },
      })
      const later = JSON.parse(answer.body).data.heartbeat
      expect(later.changed).toBe(true)
      await expect
        .poll(async () => (await writtenPresence(app.admin, alice))?.toISOString())
        .toBe(later.presence.lastSeenAt)
      await keep([[alice, new Date(presence.lastSeenAt)]])
      expect((await writtenPresence(app.admin, alice))?.toISOString()).toBe(
        later.presence.lastSeenAt,
      )
    } finally {
      await other.drain()
    }
  })

  it('never lies ahead of the database’s clock', async () => {
    const [alice] = await app.people('alice')
    await keep([[alice, new Date(Date.now() + 3_600_000)]])
    expect(Number(await writtenPresence(app.admin, alice))).toBeLessThan(Date.now() + 1_000)
  })

  it('of two processes that write the same people the other way round waits in no circle', async () => {
    const people = await app.people(...Array.from({ length: 40 }, (_, place) => `p${place}`))
    // No moment may be written that lies ahead, and the rounds may be quick.
    const at = Date.now() - 1_000
    let attempts = 0
    for (let round = 0; round < 10; round++) {
      const writes = Array.from({ length: 4 }, (_, place) => {
        const order = place % 2 === 0 ? people : [...people].reverse()
        const moment = new Date(at + 4 * round + place)
        return asService().write((tx) => {
          attempts++
          return keepActivity(tx, { heartbeats: order.map(({ id }) => [id, moment]), active: [] })
        })
      })
      await Promise.all(writes)
    }
    // A circle would be broken by Postgres, and the write be tried again.
    expect(attempts).toBe(40)
    for (const person of people)
      expect((await writtenPresence(app.admin, person))?.getTime()).toBe(at + 39)
  })
})

describe('a heartbeat of somebody who is erased', () => {
  it('makes no row, whether they are gone already or this very moment', async () => {
    const [gone, going, leaving, here] = await app.people('gone', 'going', 'leaving', 'here')
    await seen(app, leaving, 100)
    await app.admin.query('delete from users where id = $1', [gone.id])
    const client = await app.admin.connect()
    try {
      await client.query('begin')
      await client.query('delete from users where id = $1', [going.id])
      const at = new Date()
      // Not waited for: its row would only be in the way of everybody else's.
      const kept = await keep(
        [
          [gone, at],
          [going, at],
          [here, at],
        ],
        [
          [gone, '2026-11-28'],
          [going, '2026-11-28'],
          [here, '2026-11-28'],
        ],
      )
      expect(kept.absent).toEqual([gone.id])
      await client.query('commit')
    } finally {
      client.release()
    }
    expect(await writtenPresence(app.admin, here)).not.toBeNull()
    for (const person of [gone, going])
      for (const table of ['user_presence', 'activity_days'])
        expect(
          (await app.admin.query(`select from ${table} where user_id = $1`, [person.id])).rowCount,
        ).toBe(0)
  })

  it('races with the erasing: whoever is first, nothing is left', async () => {
    for (let round = 0; round < 25; round++) {
      const people = await app.people('a', 'b', 'c', 'd')
      if (round % 2 === 0) for (const person of people) await seen(app, person, 100)
      const ids = people.map(({ id }) => id)
      const written = keep(
        people.map((person) => [person, new Date()] as const),
        people.map((person) => [person, '2026-11-28'] as const),
      ).catch((error: unknown) => ({ error }))
      await app.admin.query('delete from users where id = any ($1)', [ids])
      // A write that was too late fails as a whole, and is tried again by the process.
      const outcome = await written
      if ('error' in outcome) expect(violatedConstraint(outcome.error)).toMatch(/_user_id_fkey$/)
      for (const table of ['user_presence', 'activity_days'])
        expect(
          (await app.admin.query(`select from ${table} where user_id = any ($1)`, [ids])).rowCount,
        ).toBe(0)
    }
  })
})

describe('a process that cannot write', () => {
  it('keeps what it has heard, says so once, and writes it when it can', async () => {
    const log = keepLog()
    const isolated = await openIsolatedTestService(
      { NODE_ENV: 'production', LOG_LEVEL: 'info' },
      log,
    )
    const [alice] = await isolated.people('alice')
    await isolated.admin.query('alter table user_presence rename to elsewhere')
    const { presence } = await heartbeat(alice)
    const failures = async () => {
      const text = await isolated.server.metrics.registry.metrics()
      return {
        failed: Number(/writes_total\{outcome="failed"\} (\d+)/.exec(text)?.[1]),
        waiting: Number(/presence_waiting (\d+)/.exec(text)?.[1]),
      }
    }
    await expect.poll(async () => (await failures()).failed).toBeGreaterThanOrEqual(2)
    expect((await failures()).waiting).toBeGreaterThanOrEqual(1)
    await isolated.admin.query('alter table elsewhere rename to user_presence')
    expect((await untilWritten(isolated.admin, alice)).toISOString()).toBe(presence.lastSeenAt)
    await expect.poll(async () => (await failures()).waiting).toBe(0)
    const messages = log.lines().map(({ msg }) => msg)
    expect(messages.filter((text) => text === 'presence cannot be written')).toHaveLength(1)
    expect(messages.filter((text) => text === 'presence is written again')).toHaveLength(1)
  })

  it('lets so many wait, and counts those that it drops', async () => {
    const down = { beside: () => ({ write: () => Promise.reject(new Error('down')) }) }
    const activity = new Activity(down as never, () => undefined)
    const people = Array.from({ length: limits.presence.mostWaiting + 3 }, newUserId)
    for (const person of people) activity.heartbeat(person)
    expect(activity.waiting).toBe(limits.presence.mostWaiting)
    expect(activity.lost).toBe(3)
    await activity.end()
    expect(activity.lost).toBe(people.length)
  })

  it('writes no more than so many at once', async () => {
    const sizes: number[] = []
    const write = async (work: (tx: unknown) => Promise<unknown>) =>
      work({
        last: <T>(asked: Promise<T>) => asked,
        rows: (_name: string, { values }: { values: unknown[][] }) => {
          sizes.push(values[0]?.length ?? 0)
          return Promise.resolve([{ absent: [], now: new Date() }])
        },
      })
    const activity = new Activity({ beside: () => ({ write }) } as never, () => undefined)
    for (let count = 0; count < 12_000; count++) activity.heartbeat(newUserId())
    await activity.end()
    expect(sizes).toEqual([5_000, 5_000, 2_000])
  })

  it('writes what is left when it is told to end', async () => {
    const isolated = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [alice] = await isolated.people('alice')
    const { presence } = await heartbeat(alice)
    expect(await writtenPresence(isolated.admin, alice)).toBeNull()
    await isolated.server.drain()
    expect((await writtenPresence(isolated.admin, alice))?.toISOString()).toBe(presence.lastSeenAt)
  })
})

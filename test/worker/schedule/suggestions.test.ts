import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { sql } from '../../../src/database/sql.ts'
import { limits } from '../../../src/limits.ts'
import { Pace } from '../../../src/worker/schedule/pace.ts'
import type { RunOptions } from '../../../src/worker/schedule/run.ts'
import {
  computeSuggestions,
  everybody,
  shareDone,
} from '../../../src/worker/schedule/tasks/compute-suggestions.ts'
import { childEnvironment } from '../../support/child-environment.ts'
import { runHere } from '../../support/command-line.ts'
import { awayFromMidnight } from '../../support/midnight.ts'
import { storeSuggestions, suggestionOf, tieFriends } from '../../support/suggestions.ts'
import { openWorkerDatabase, swept } from '../../support/tasks.ts'
import {
  openIsolatedTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'
import { startTestWorker } from '../../support/test-worker.ts'
import { verbs } from '../../support/verbs.ts'

// Who is computed depends on the day.
beforeEach(() => awayFromMidnight())

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** Runs both tasks; how many people were computed. */
async function compute(app: TestService, options: RunOptions = {}): Promise<number> {
  const lower = await swept(app, 'compute-suggestions', options)
  return lower + (await swept(app, 'compute-suggestions-upper', options))
}

const computedAt = async (app: TestService, { id }: { readonly id: string }) =>
  (
    await app.admin.query<{ at: Date }>(
      'select computed_at as at from similarity_runs where user_id = $1',
      [id],
    )
  ).rows[0]?.at ?? null

const stored = async (app: TestService, { id }: { readonly id: string }) =>
  (
    await app.admin.query<{ id: string }>(
      'select candidate_user_id as id from user_similarity where base_user_id = $1',
      [id],
    )
  ).rows.map((row) => row.id)

/** Lets people have been computed so many hours ago, or all of their ties be as old. */
const age = (app: TestService, hours: number, ...people: readonly Person[]) =>
  app.admin.query(
    `update similarity_runs set computed_at = computed_at - make_interval(hours => $1) where user_id = any ($2::uuid[])`,
    [hours, people.map(({ id }) => id)],
  )
const ageTies = (app: TestService, days: number) =>
  app.admin.query(
    `update user_friends set created_at = created_at - make_interval(days => ${String(days)});
     update user_follows set created_at = created_at - make_interval(days => ${String(days)})`,
  )

describe('computing suggestions each day', () => {
  it('is for whoever was active in the last 30 days or has made a tie, and for nobody else', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, bob])
    // By hand: a request of hers would be a day of activity.
    await app.admin.query(
      'insert into user_follows (follower_user_id, target_user_id) values ($1, $2)',
      [carol.id, alice.id],
    )
    expect(await compute(app)).toBe(3)
    expect(await computedAt(app, dave)).toBeNull()
    await app.admin.query('delete from similarity_runs')
    await ageTies(app, 31)
    expect(await compute(app)).toBe(0)
    await app.admin.query(
      `insert into activity_days (user_id, day) values ($1, current_date - 29), ($2, current_date - 31)`,
      [alice.id, bob.id],
    )
    expect(await compute(app)).toBe(1)
    expect(await computedAt(app, alice)).not.toBeNull()
  })

  it('is also for whose friend has made a friend since they were computed', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, bob])
    await storeSuggestions(app, alice)
    await ageTies(app, 31)
    await age(app, 20, alice)
    expect(await compute(app)).toBe(0)
    await tieFriends(app, [bob, carol])
    // Alice, and the two who have a new tie of their own.
    expect(await compute(app)).toBe(3)
    expect(await stored(app, alice)).toEqual([carol.id])
  })

  it('computes nobody twice within half a day, unless the weights are others', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, bob], [bob, carol])
    expect(await compute(app)).toBe(3)
    expect(await compute(app)).toBe(0)
    const settings = { suggestionWeights: [0, 0, 1, 0] }
    expect(await compute(app, { settings })).toBe(3)
    expect(await compute(app, { settings })).toBe(0)
    await age(app, 13, alice, bob, carol)
    expect(await compute(app, { settings })).toBe(3)
  })

  it('keeps the best hundred, and spends none of them on the person’s own ties', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol, dave, erin] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    )
    await tieFriends(app, [alice, bob], [bob, carol], [bob, dave], [bob, erin])
    await verbs.followUser(alice, carol)
    await verbs.addContact(alice, dave)
    await compute(app)
    expect(await stored(app, alice)).toEqual([erin.id])
    await app.admin.query(
      `insert into users (id) select md5('crowd' || n)::uuid from generate_series(1, 150) as n`,
    )
    const { rows } = await app.admin.query<{ id: string }>('select id from users')
    const crowd = rows.filter(
      ({ id }) => ![alice, bob, carol, dave, erin].some((one) => one.id === id),
    )
    for (const bridge of [bob, carol])
      await tieFriends(app, ...crowd.slice(0, 90).map((one) => [bridge, one] as const))
    await tieFriends(app, [alice, carol], ...crowd.slice(90).map((one) => [carol, one] as const))
    await storeSuggestions(app, alice)
    expect(await stored(app, alice)).toHaveLength(100)
  })

  it('removes what is older than 36 hours of people who are computed no more', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, bob], [bob, carol], [bob, dave])
    await compute(app)
    await ageTies(app, 31)
    await age(app, 35, carol)
    await age(app, 37, alice, dave)
    expect(await compute(app)).toBe(0)
    expect(await computedAt(app, carol)).not.toBeNull()
    for (const person of [alice, dave]) {
      expect(await computedAt(app, person)).toBeNull()
      expect(await stored(app, person)).toEqual([])
    }
  })

  it('finds the same people as a reader would, and a block since then is kept at once', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, bob], [bob, carol], [bob, dave])
    const before = [await suggestionOf(alice, carol), await suggestionOf(alice, dave)]
    await compute(app)
    expect([await suggestionOf(alice, carol), await suggestionOf(alice, dave)]).toEqual(before)
    await verbs.blockUser(carol, alice)
    expect(await suggestionOf(alice, carol)).toBeNull()
    expect(await suggestionOf(alice, dave)).not.toBeNull()
  })

  it('takes one statement a batch, however many people are in it', async () => {
    const app = await openIsolatedTestService()
    const people = await app.people(...Array.from({ length: 12 }, (_, at) => `p${String(at)}`))
    await tieFriends(app, ...people.slice(1).map((other) => [people[0] ?? other, other] as const))
    const statements: string[] = []
    const { suggestionWeights } = app.config
    const batch = await openWorkerDatabase(app)
      .as({ kind: 'worker' })
      .write((tx) => {
        const counted = Object.assign(Object.create(tx) as typeof tx, {
          rows: (name: string, statement: Parameters<typeof tx.rows>[1]) => {
            statements.push(name)
            return tx.rows(name, statement)
          },
        })
        return computeSuggestions.batch(counted, new Date(), null, { suggestionWeights })
      })
    expect(batch.rows).toBeGreaterThan(0)
    expect(statements).toEqual(['computeSuggestions.batch'])
  })
})

describe('people who are erased', () => {
  it('are stored nowhere, and a run beside their erasure brings nobody back', async () => {
    const app = await openIsolatedTestService()
    const people = await app.people(...Array.from({ length: 24 }, (_, at) => `p${String(at)}`))
    const [hub, ...others] = people
    if (hub === undefined) throw new Error('There is no hub.')
    await tieFriends(app, ...others.map((other) => [hub, other] as const))
    const running = compute(app, { from: everybody })
    for (const { id } of others.slice(0, 12))
      await app.admin.query('delete from users where id = $1', [id])
    await running
    await compute(app, { from: everybody })
    const { rows } = await app.admin.query(
      `select candidate_user_id from user_similarity where candidate_user_id not in (select id from users)
        union all
       select base_user_id from user_similarity where base_user_id not in (select id from users)`,
    )
    expect(rows).toEqual([])
    expect(await stored(app, others[20] ?? hub)).toHaveLength(10)
  })

  it('and a batch that meets one in the middle stores nothing, and is done again', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, bob], [bob, carol])
    const erasing = await app.admin.connect()
    await erasing.query('begin')
    await erasing.query('delete from users where id = $1', [carol.id])
    const storing = openWorkerDatabase(app)
      .as({ kind: 'worker' })
      .write((tx) =>
        tx.rows<{ stored: number }>(
          'suggestions.store',
          sql`select store_suggestions(array[${alice.id}::uuid], ${app.config.suggestionWeights}::float8[]) as stored`,
        ),
      )
    const waits = async () =>
      (
        await app.admin.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
      ).rowCount
    await expect.poll(waits).toBe(1)
    await erasing.query('commit')
    erasing.release()
    expect(await storing).toEqual([{ stored: 0 }])
    expect(await stored(app, alice)).toEqual([])
    await storeSuggestions(app, alice)
    expect(await computedAt(app, alice)).not.toBeNull()
  })
})

describe('a run that is killed', () => {
  it('is continued behind the last committed batch: nobody is computed again', async () => {
    const app = await openIsolatedTestService()
    const count = 1_500
    await app.admin.query(
      `insert into users (id) select md5('crowd' || n)::uuid from generate_series(1, ${String(count)}) as n;
       insert into user_friends (user_id, friend_id, friendship_level)
       select side.one, side.other, 'friend'
         from generate_series(1, ${String(count)}) as n, generate_series(1, 5) as far
        cross join lateral (select md5('crowd' || n)::uuid as me, md5('crowd' || 1 + (n + far - 1) % ${String(count)})::uuid as them) as tie
        cross join lateral (values (tie.me, tie.them), (tie.them, tie.me)) as side (one, other);
       create table computed (user_id uuid, at timestamptz default clock_timestamp());
       grant insert on computed to public;
       create table slow as select 0.02 as seconds;
       grant select on slow to public;
       create function note_computed() returns trigger language plpgsql as
         'begin
            insert into public.computed (user_id) values (new.user_id);
            perform pg_sleep(seconds) from public.slow;
            return null;
          end';
       create trigger note after insert or update on similarity_runs for each row execute function note_computed()`,
    )
    const done = async () => (await app.admin.query('select from computed')).rowCount ?? 0
    const child = spawn(execPath, [main, 'suggestions', 'compute', '--all'], {
      env: { ...childEnvironment, DATABASE_DIRECT_URL: app.database.workerUrl },
      stdio: 'ignore',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await expect.poll(done, { timeout: 60_000, interval: 10 }).toBeGreaterThan(50)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const before = await done()
    // It was slow, so that it did not end before it was killed, however late that was.
    expect(before).toBeLessThan(count)
    // The test does not wait for the lease.
    await app.admin.query(
      'delete from slow; update worker_tasks set leased_until = now() where leased_until is not null',
    )
    const { code, output } = await runHere(['suggestions', 'compute', '--all', '--json'], {
      DATABASE_DIRECT_URL: app.database.workerUrl,
    })
    expect(code).toBe(0)
    // What was committed in the moment of the kill is counted by neither.
    const { people } = JSON.parse(output) as { people: number }
    expect(people).toBeLessThanOrEqual(count - before)
    const { rows } = await app.admin.query(
      `select count(*)::int as computed, count(distinct user_id)::int as people from computed`,
    )
    expect(rows).toEqual([{ computed: count, people: count }])
  })
})

describe('the worker', () => {
  it('goes on with other tasks while a long one runs', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.requestFriend(alice, bob)
    await app.admin.query(
      `update user_friend_requests set created_at = now() - interval '60 days', expires_at = now() - interval '1 second'`,
    )
    // The long tasks wait for this lock as long as they would take.
    const holding = await app.admin.connect()
    await holding.query('begin; lock table similarity_runs in access exclusive mode')
    onTestFinished(async () => {
      await holding.query('rollback')
      holding.release()
    })
    startTestWorker(app)
    const status = async () =>
      (await app.admin.query<{ status: string }>('select status from user_friend_requests')).rows[0]
        ?.status
    await expect.poll(status, { timeout: 30_000 }).toBe('expired')
  })
})

describe('connections suggestions compute', () => {
  const run = (app: TestService, ...words: string[]) =>
    runHere(['suggestions', 'compute', ...words], { DATABASE_DIRECT_URL: app.database.workerUrl })

  it('computes those who want it, all, or some', async () => {
    const app = await openIsolatedTestService()
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, bob], [bob, carol])
    const first = await run(app, '--json')
    expect(first.code).toBe(0)
    expect(JSON.parse(first.output)).toEqual({
      outcome: 'done',
      people: 3,
      seconds: expect.any(Number) as number,
    })
    expect((await run(app)).output).toMatch(/^Computed: 0 people in \d+\.\d s\.$/)
    expect(JSON.parse((await run(app, '--all', '--json')).output)).toMatchObject({ people: 4 })
    const before = await computedAt(app, dave)
    const some = await run(app, '--person', dave.id, '--person', alice.id)
    expect(some.output).toMatch(/^Computed: 2 people in \d+\.\d s\.$/)
    expect((await computedAt(app, dave))?.getTime()).toBeGreaterThan(before?.getTime() ?? Infinity)
  })

  it('says who does not exist, and what cannot be typed', async () => {
    const app = await openIsolatedTestService()
    const [alice] = await app.people('alice')
    const missing = await run(app, '--person', alice.id, '--person', crypto.randomUUID())
    expect(missing).toMatchObject({ code: 1, errors: '' })
    expect(missing.output).toMatch(/^Computed: 1 person in .* The other ids are of nobody\.$/)
    expect(await run(app, '--person', 'alice')).toMatchObject({ code: 2, output: '' })
    const both = await run(app, '--person', alice.id, '--all')
    expect(both).toMatchObject({ code: 2, errors: '--all and --person cannot be used together.' })
  })

  it('uses the weights of the configuration', async () => {
    const app = await openIsolatedTestService()
    const [alice] = await app.people('alice')
    const { code } = await runHere(['suggestions', 'compute', '--person', alice.id], {
      DATABASE_DIRECT_URL: app.database.workerUrl,
      SUGGESTION_WEIGHTS: 'mutual:1',
    })
    expect(code).toBe(0)
    const { rows } = await app.admin.query('select weights from similarity_runs')
    expect(rows).toEqual([{ weights: [0, 0, 1, 0] }])
  })
})

describe('the pace of a run', () => {
  const { batchMs, peopleAtFirst, peopleAtMost, pauseMs, busyPauseMs } = limits.tasks.suggestions

  it('gives a batch as many people as fit into its time', () => {
    const pace = new Pace()
    expect(pace.people).toBe(peopleAtFirst)
    expect(pace.after(peopleAtFirst, peopleAtFirst * 10)).toBe(pauseMs)
    expect(pace.people).toBe(Math.floor(batchMs / 10))
    for (let batch = 0; batch < 10; batch++) pace.after(pace.people, pace.people * 0.1)
    expect(pace.people).toBe(peopleAtMost)
    pace.after(pace.people, pace.people * 1_000)
    expect(pace.people).toBe(1)
  })

  it('rests for long when people take more than twice the usual time', () => {
    const pace = new Pace()
    for (let batch = 0; batch < 20; batch++) expect(pace.after(10, 50)).toBe(pauseMs)
    expect(pace.after(10, 99)).toBe(pauseMs)
    expect(pace.after(10, 110)).toBe(busyPauseMs)
    expect(pace.after(0, 500)).toBe(pauseMs)
  })

  it('is shown by where both halves are', () => {
    expect(shareDone([null, null])).toBe(1)
    expect(shareDone([everybody, everybody])).toBe(0)
    const half = '40000000-0000-4000-8000-000000000000'
    expect(shareDone([half, 'c0000000-0000-4000-8000-000000000000'])).toBeCloseTo(0.5)
    expect(shareDone([`${everybody} ${half}`, null])).toBeCloseTo(0.75)
  })
})

it('a run that is told to stop ends after its batch, also while it rests', async () => {
  const app = await openIsolatedTestService()
  await app.people('alice')
  const told = new AbortController()
  const begun = performance.now()
  const { runTask } = await import('../../../src/worker/schedule/run.ts')
  const resting = {
    ...computeSuggestions,
    batch: () => Promise.resolve({ rows: 1, next: 'more', pauseMs: 60_000 }),
  }
  const running = runTask(openWorkerDatabase(app), resting, {
    signal: told.signal,
    onBatch: () => {
      told.abort()
    },
  })
  expect(await running).toMatchObject({ outcome: 'interrupted', rows: 1 })
  expect(performance.now() - begun).toBeLessThan(30_000)
})

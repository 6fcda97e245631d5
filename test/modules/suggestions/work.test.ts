import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { awayFromMidnight } from '../../support/midnight.ts'
import { idOf, type Ids } from '../../support/social-graphs.ts'
import {
  storeSuggestions,
  suggestionOf,
  suggestionsOf,
  tieFriends,
} from '../../support/suggestions.ts'
import {
  openIsolatedTestService,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import { vacuum } from '../../support/vacuum.ts'
import { verbs } from '../../support/verbs.ts'

// What a page of suggestions costs, and what stands stored.

const app = await openTestService({ NODE_ENV: 'production' })
const run = (text: string, values: unknown[] = []) => app.admin.query(text, values)
// Whom a sample finds changes with the day.
beforeEach(() => awayFromMidnight())

/** Pages of tables and indexes that are read to compute somebody. */
async function reads({ id }: Person): Promise<number> {
  let read = 0
  // The third time, when plans and catalogue are known.
  for (let time = 0; time < 3; time++) {
    const { rows } = await run(
      `explain (analyze, buffers, timing off, format json) select * from suggest_people('${id}', '{0.35,0.3,0.2,0.15}', 26, 25, false)`,
    )
    const plan = rows[0]['QUERY PLAN'][0].Plan as Record<string, number>
    read = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
  }
  return read
}

describe('a page of 25 suggestions with reasons, profiles and relationships', () => {
  const Page = `{ viewer { suggestions(first: 25) { edges {
    score reasons { kind count } feedbackId
    node { id username profile { displayName city } relationship { id isFollowing canRequestFriend mutualFriendCount } }
  } } } }`

  it.each([false, true])('takes at most six statements (stored: %s)', async (stored) => {
    const [alice, carol] = await app.people('alice', 'carol')
    const others = await app.people(
      ...Array.from({ length: 30 }, (_, place) => `p${String(place)}`),
    )
    await tieFriends(app, [alice, carol], ...others.map((other) => [carol, other] as const))
    if (stored) await storeSuggestions(app, alice)
    for (let time = 0; time < 4; time++) {
      const { data, statements, errors } = await alice.ask(Page)
      expect(errors).toEqual([])
      expect(data.viewer.suggestions.edges).toHaveLength(25)
      expect(statements.length).toBeLessThanOrEqual(6)
      expect(statements.filter((name) => name === 'suggestions.page')).toHaveLength(1)
    }
  })
})

describe('computing somebody', () => {
  /** Without triggers, which would take minutes for so many. */
  const fill = async (text: string) => {
    await run(`set session_replication_role = replica; ${text}; reset session_replication_role`)
    await vacuum(app.admin)
  }
  const befriend = (one: string, from: number, to: number) => `
    insert into user_friends (user_id, friend_id, friendship_level)
    select '${one}'::uuid, id, 'friend' from crowd where n between ${from} and ${to}
     union all
    select id, '${one}'::uuid, 'friend' from crowd where n between ${from} and ${to}`
  const follow = (one: string, from: number, to: number) => `
    insert into user_follows (follower_user_id, target_user_id)
    select '${one}'::uuid, id from crowd where n between ${from} and ${to}
     union all
    select id, '${one}'::uuid from crowd where n between ${from} and ${to}`

  it('is bounded beside people with 5,000 friends or 20,000 follows', async () => {
    await run(
      `create table crowd as select md5('crowd' || n)::uuid as id, n from generate_series(1, 20000) as n`,
    )
    await run('insert into users (id) select id from crowd')
    const [alice, hub, star] = await app.people('alice', 'hub', 'star')
    await tieFriends(app, [alice, hub])
    await verbs.followUser(alice, star)
    await fill(`${befriend(hub.id, 1, 600)}; ${follow(star.id, 601, 900)}`)
    const before = { alice: await reads(alice), hub: await reads(hub) }
    await fill(`${befriend(hub.id, 1000, 5390)}; ${follow(star.id, 901, 20000)}`)
    expect(await reads(alice)).toBeLessThan(before.alice * 1.2 + 50)
    // The pages of the hub's own, longer list are read; a hundred of it are looked at, as before.
    expect(await reads(hub)).toBeLessThan(before.hub * 1.2 + 50)
  })

  it('is the same work, whoever blocks the reader (rule 0.9)', async () => {
    const [alice, carol] = await app.people('alice', 'carol')
    await tieFriends(app, [alice, carol])
    await fill(befriend(carol.id, 1, 90))
    const [other] = await app.people('other')
    const block = (blocked: Person, from: number, to: number) =>
      run(
        `insert into user_blocks (blocker_user_id, blocked_user_id) select id, $1 from crowd where n between $2 and $3`,
        [blocked.id, from, to],
      )
    const blockAll = async (blocked: Person) => {
      await run('truncate user_blocks')
      // People who are suggested to her, and others.
      await block(blocked, 1, 40)
      await block(blocked, 15_001, 19_000)
    }
    await blockAll(other)
    const before = await reads(alice)
    await blockAll(alice)
    // A block that is found is read: a page for each of the forty at most.
    expect(Math.abs((await reads(alice)) - before)).toBeLessThan(40 + before * 0.03)
  })
})

describe('what stands stored', () => {
  const seed = `select u.id, u.display_name, similarity_score from user_similarity_view u
                 where base_user_id = $1 order by similarity_score desc limit 25`
  const asViewer = async (person: Person | null, text: string, values: unknown[]) => {
    const sql = await app.admin.connect()
    try {
      await sql.query('begin')
      await sql.query('set local role connections_app')
      if (person !== null) await sql.query(`set local app.user_id = '${person.id}'`)
      return (await sql.query(text, values)).rows
    } finally {
      await sql.query('rollback')
      sql.release()
    }
  }

  it('is read by the view, as the viewer, and only as far as it may be shown', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, carol], [carol, bob], [carol, dave])
    expect(await asViewer(alice, seed, [alice.id])).toEqual([])
    await storeSuggestions(app, alice)
    const found = await asViewer(alice, seed, [alice.id])
    expect(found).toContainEqual({
      id: bob.id,
      display_name: null,
      similarity_score: expect.closeTo(0.2),
    })
    expect(found).toContainEqual(expect.objectContaining({ id: dave.id }))
    await run('insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)', [
      bob.id,
      alice.id,
    ])
    const after = await asViewer(alice, seed, [alice.id])
    expect(after).not.toContainEqual(expect.objectContaining({ id: bob.id }))
    expect(after).toContainEqual(expect.objectContaining({ id: dave.id }))
  })

  it('is nobody else’s to read', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, carol], [carol, bob])
    await storeSuggestions(app, alice)
    expect(await asViewer(bob, seed, [alice.id])).toEqual([])
    expect(await asViewer(null, seed, [alice.id])).toEqual([])
    expect(await asViewer(bob, 'select candidate from stored_suggestions($1)', [alice.id])).toEqual(
      [],
    )
    await expect(asViewer(alice, 'select from user_similarity', [])).rejects.toThrow(
      'permission denied',
    )
    await expect(
      asViewer(alice, `select suggest_people($1, '{1,1,1,1}', 9, 9, true)`, [bob.id]),
    ).rejects.toThrow('permission denied')
  })

  it('is what is read for 36 hours, then computed anew; nothing is written by reading', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(app, [alice, carol], [carol, bob])
    await storeSuggestions(app, alice)
    await tieFriends(app, [carol, dave])
    expect((await suggestionOf(alice, dave))?.reasons ?? []).toEqual([])
    await run(
      `update similarity_runs set computed_at = computed_at - interval '37 hours' where user_id = $1`,
      [alice.id],
    )
    expect((await suggestionOf(alice, dave))?.reasons).toEqual([
      { kind: 'MUTUAL_FRIENDS', count: 1 },
    ])
    const { rows } = await run(
      "select computed_at < now() - interval '36 hours' as old from similarity_runs where user_id = $1",
      [alice.id],
    )
    expect(rows).toEqual([{ old: true }])
  })

  it('is computed anew for other weights', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, carol])
    await run(`select store_suggestions(array[$1::uuid], '{0,0,0,1}')`, [alice.id])
    await tieFriends(app, [carol, bob])
    expect((await suggestionOf(alice, bob))?.reasons).toEqual([
      { kind: 'MUTUAL_FRIENDS', count: 1 },
    ])
  })

  it('is rewritten only where it changed, and forgets who is found no longer', async () => {
    const small = await openIsolatedTestService()
    const [alice, bob, carol, dave] = await small.people('alice', 'bob', 'carol', 'dave')
    await tieFriends(small, [alice, carol], [carol, bob], [carol, dave])
    const rows = async () =>
      (
        await small.admin.query(
          'select candidate_user_id as id, xmin::text from user_similarity where base_user_id = $1 order by 1',
          [alice.id],
        )
      ).rows
    await storeSuggestions(small, alice)
    const before = await rows()
    expect(before.map(({ id }) => id)).toEqual([bob.id, dave.id].sort())
    await storeSuggestions(small, alice)
    expect(await rows()).toEqual(before)
    await small.admin.query('delete from users where id = $1', [dave.id])
    await tieFriends(small, [alice, bob])
    await storeSuggestions(small, alice)
    expect(await rows()).toEqual([])
  })

  it('is the worker’s to store, and nobody else’s', async () => {
    for (const [role, may] of [
      ['worker', true],
      ['service', false],
      ['app', false],
      ['login', false],
    ] as const) {
      const { rows } = await run(
        `select has_function_privilege($1, 'store_suggestions(uuid[], double precision[])', 'execute') as may`,
        [`connections_${role}`],
      )
      expect(rows).toEqual([{ may }])
    }
  })
})

describe('the sample of the day', () => {
  const low = '00000000-0000-0000-0000-000000000000'
  const high = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

  it('is another one tomorrow, and begins where its hash says', async () => {
    const [alice] = await app.people('alice')
    const { rows } = await run(
      'select daily_pivot($1, $2, 1, $3, $4) as one, daily_pivot($1, $2, 2, $3, $4) as other',
      [alice.id, 'list', low, high],
    )
    const hash = createHash('md5').update(`${alice.id}list1`).digest('hex')
    expect(parseInt(rows[0].one.slice(0, 7), 16)).toBeCloseTo(parseInt(hash.slice(0, 7), 16), -1)
    expect(rows[0].other).not.toBe(rows[0].one)
    expect(await suggestionsOf(alice)).toEqual(await suggestionsOf(alice))
  })

  it.each([
    [low, low],
    [high, high],
    ['01890000-0000-7000-8000-000000000000', '01890000-0000-7fff-8000-000000000000'],
    [high.replace('ffff', 'fffe'), high],
  ])('begins between %s and %s', async (first, last) => {
    const { rows } = await run(
      `select bool_and(left(pivot::text, 14) between left($1, 14) and left($2, 14)) as between
         from generate_series(1, 200) as day, daily_pivot($3, 'list', day, $1::text::uuid, $2::text::uuid) as pivot`,
      [first, last, low],
    )
    expect(rows).toEqual([{ between: true }])
  })

  it.each<Ids>(['random', 'time'])(
    'is of the whole list by and by, not of its oldest (ids: %s)',
    async (ids) => {
      const small = await openIsolatedTestService()
      const people = Array.from({ length: 1_002 }, (_, person) => idOf(person, ids))
      const [alice = '', hub = '', ...others] = people
      await small.admin.query('insert into users (id) select unnest($1::uuid[])', [people])
      await tieFriends(
        small,
        [{ id: alice }, { id: hub }],
        ...others.map((id) => [{ id: hub }, { id }] as const),
      )
      const { rows } = await small.admin.query<{ day: number; found: string[] }>(
        `select day, array(select candidate from similar_people($1, day)) as found
           from generate_series(20000, 20029) as day`,
        [alice],
      )
      for (const { found } of rows) expect(found.length).toBeGreaterThanOrEqual(99)
      // A hundred a day, in thirty days: all but a few of the thousand.
      expect(new Set(rows.flatMap(({ found }) => found)).size).toBeGreaterThan(600)
    },
  )
})

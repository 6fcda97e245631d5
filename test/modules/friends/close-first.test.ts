import { describe, expect, it } from 'vitest'
import { seen, showPresenceTo } from '../../support/presence.ts'
import { type Asker, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, makeClose, verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const Lists = `query ($id: ID!, $first: Int, $after: String, $level: FriendshipLevel, $search: String, $exclude: [ID!], $invite: Boolean!) {
  _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
    friends(first: $first, after: $after, level: $level, search: $search, orderBy: CLOSE_FIRST) @skip(if: $invite) { ...Page }
    inviteCandidates(first: $first, after: $after, level: $level, exclude: $exclude) @include(if: $invite) { ...Page }
  } }
}
fragment Page on FriendConnection { edges { cursor level node { id } } pageInfo { hasNextPage endCursor } }`

const lists = ['friends', 'inviteCandidates'] as const

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A page of a person's list, as somebody reads it. */
async function pageOf(
  asker: Asker,
  { id }: Person,
  variables: object = {},
  list: (typeof lists)[number] = 'friends',
): Promise<Page> {
  const all = { id, invite: list === 'inviteCandidates', ...variables }
  const { data, errors, statements } = await asker.ask(Lists, all)
  expect(errors).toEqual([])
  expect(statements).toEqual(['friends.pages'])
  return data._entities[0][list]
}

/** The names on a page. */
function named(people: readonly Person[], { edges }: Page): string[] {
  const names = new Map(people.map(({ id, name }) => [id, name]))
  return edges.map(({ node }) => names.get(node.id as Person['id']) ?? '?')
}

/** Alice's friends, oldest first: two close ones and four others. */
async function friendsOfAlice() {
  const people = await app.people('alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace')
  const [alice, bob, carol, ...others] = people
  await makeClose(alice, bob)
  await makeClose(alice, carol)
  for (const other of others) await befriend(alice, other)
  return people
}

/**
 * All pages of two, one after the other.
 * @param between what happens behind the second page; gives the cursor to go on with
 */
async function pages(
  asker: Asker,
  person: Person,
  between: (cursor: string | null) => Promise<string | null> = (cursor) => Promise.resolve(cursor),
) {
  const found: Page[] = []
  for (let after: string | null = null; ;) {
    const page: Page = await pageOf(asker, person, { first: 2, after })
    found.push(page)
    if (!page.pageInfo.hasNextPage) return found
    after = page.pageInfo.endCursor
    if (found.length === 2) after = await between(after)
  }
}

/** The three parts of a cursor. */
const opened = (cursor: string | null) =>
  JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as [number, string, string]

/** The cursor with another position in it. */
function forged(cursor: string | null, position: string): string {
  const [version, scope] = opened(cursor)
  return Buffer.from(JSON.stringify([version, scope, position])).toString('base64url')
}

/** Lets so many seconds pass between two pages, for everybody's presence and for the cursor. */
async function pass(seconds: number, cursor: string | null): Promise<string> {
  await app.admin.query(
    'update user_presence set last_seen_at = last_seen_at - make_interval(secs => $1)',
    [seconds],
  )
  const [level, at, id, online, judged = ''] = opened(cursor)[2].split('|')
  const earlier = new Date(Date.parse(judged) - seconds * 1_000).toISOString()
  return forged(cursor, [level, at, id, online, earlier].join('|'))
}

describe('friends, close ones first', () => {
  it.each(lists)('then those who are online, then the newest (%s)', async (list) => {
    const people = await friendsOfAlice()
    const [alice, bob, carol, dave, erin, frank, grace] = people
    const newest = ['carol', 'bob', 'grace', 'frank', 'erin', 'dave']
    expect(named(people, await pageOf(alice, alice, {}, list))).toEqual(newest)
    await seen(app, bob, 1)
    await seen(app, dave, 30)
    await seen(app, frank, 55)
    // Away is not online, and alice's own presence is nobody's.
    await seen(app, erin, 65)
    await seen(app, alice, 1)
    const online = ['bob', 'carol', 'frank', 'dave', 'grace', 'erin']
    for (const asker of [alice, app.service])
      expect(named(people, await pageOf(asker, alice, {}, list))).toEqual(online)
    expect(named(people, await pageOf(alice, alice, { level: 'FRIEND' }, list))).toEqual(
      online.slice(2),
    )
    expect(named(people, await pageOf(alice, alice, { level: 'CLOSE' }, list))).toEqual(
      online.slice(0, 2),
    )
    await seen(app, carol, 1)
    await seen(app, grace, 1)
    expect(named(people, await pageOf(alice, alice, {}, list))).toEqual([
      ...['carol', 'bob', 'grace', 'frank', 'dave', 'erin'],
    ])
  })

  it('leave out whom the invitation is not for, and find by name', async () => {
    const people = await friendsOfAlice()
    const [alice, bob, , dave, erin] = people
    for (const [person, name] of [
      [bob, 'Zoe One'],
      [dave, 'Zoe Two'],
      [erin, 'Zoe Three'],
    ] as const)
      await person.ask(
        'mutation ($name: String!) { updateProfile(profile: { displayName: $name }) { changed } }',
        { name },
      )
    await seen(app, dave, 1)
    expect(named(people, await pageOf(alice, alice, { search: 'zoe' }))).toEqual([
      ...['bob', 'dave', 'erin'],
    ])
    expect(named(people, await pageOf(alice, alice, { search: 'z' }))).toEqual([])
    expect(
      named(people, await pageOf(alice, alice, { exclude: [bob.id, dave.id] }, lists[1])),
    ).toEqual(['carol', 'grace', 'frank', 'erin'])
  })

  it.each(lists)('tell nothing of a friend who hides their presence (%s)', async (list) => {
    const people = await friendsOfAlice()
    const [alice, bob, , dave, erin] = people
    const newest = ['carol', 'bob', 'grace', 'frank', 'erin', 'dave']
    await showPresenceTo(bob, 'NOBODY')
    await showPresenceTo(dave, 'CLOSE')
    await showPresenceTo(erin, 'NOBODY')
    for (const person of [bob, dave, erin]) {
      await seen(app, person, 1)
      // Services read the list as its owner may know it.
      for (const asker of [alice, app.service]) {
        const page = await pageOf(asker, alice, { first: 5 }, list)
        expect(named(people, page)).toEqual(newest.slice(0, 5))
        // Nor do cursors.
        for (const { cursor } of page.edges) expect(opened(cursor)[2]).toContain('|off|')
      }
    }
    await showPresenceTo(bob, 'CLOSE')
    expect(named(people, await pageOf(alice, alice, { first: 2 }, list))).toEqual(['bob', 'carol'])
  })

  it('come page by page, each once, over all four parts and through ties in time', async () => {
    const people = await friendsOfAlice()
    const [alice, bob, , dave, , frank] = people
    await app.admin.query(
      `update user_friends set created_at = '2026-01-01' where $1 in (user_id, friend_id)`,
      [alice.id],
    )
    for (const person of [bob, dave, frank]) await seen(app, person, 1)
    const whole = named(people, await pageOf(alice, alice))
    expect(whole).toHaveLength(6)
    expect(whole[0]).toBe('bob')
    expect(new Set(whole.slice(2, 4))).toEqual(new Set(['dave', 'frank']))
    for (const asker of [alice, app.service])
      expect((await pages(asker, alice)).flatMap((page) => named(people, page))).toEqual(whole)
    for (let place = 0; place < whole.length; place++) {
      const { edges } = await pageOf(alice, alice)
      const rest = await pageOf(alice, alice, { after: edges[place]?.cursor })
      expect(named(people, rest)).toEqual(whole.slice(place + 1))
    }
  })

  it('come on one page alone, though they go offline between the pages', async () => {
    const people = await friendsOfAlice()
    const [alice, bob, , dave, , frank] = people
    for (const person of [bob, dave, frank]) await seen(app, person, 50)
    // By the clock nobody is online any more when the third page is read.
    const found = await pages(alice, alice, (cursor) => pass(15, cursor))
    expect(named(people, await pageOf(alice, alice, { first: 1 }))).toEqual(['carol'])
    expect(found.flatMap((page) => named(people, page))).toEqual([
      ...['bob', 'carol', 'frank', 'dave', 'grace', 'erin'],
    ])
  })

  it('may miss somebody who has come online, and never fail or repeat', async () => {
    const people = await friendsOfAlice()
    const [alice, , , dave] = people
    const found = await pages(alice, alice, async (cursor) => {
      await seen(app, dave, 0)
      return cursor
    })
    expect(found.flatMap((page) => named(people, page))).toEqual([
      ...['carol', 'bob', 'grace', 'frank', 'erin'],
    ])
    expect((await pages(alice, alice)).flatMap((page) => named(people, page))).toEqual([
      ...['carol', 'bob', 'dave', 'grace', 'frank', 'erin'],
    ])
  })

  it('go on behind a friend who was removed, and refuse a cursor that is not theirs', async () => {
    const people = await friendsOfAlice()
    const [alice, , , dave] = people
    await seen(app, dave, 1)
    const first = await pageOf(alice, alice, { first: 3 })
    expect(named(people, first)).toEqual(['carol', 'bob', 'dave'])
    await verbs.removeFriend(alice, dave)
    const { endCursor } = first.pageInfo
    expect(named(people, await pageOf(alice, alice, { after: endCursor }))).toEqual([
      ...['grace', 'frank', 'erin'],
    ])
    const [level, at, id, , judged] = opened(endCursor)[2].split('|')
    for (const wrong of [
      [level, at, id],
      [level, at, id, 'yes', judged],
      [level, at, id, 'on', 'infinity'],
      [level, at, id, 'on', '2026-11-28'],
      [level, at, id, 'on', judged, ''],
      ['BEST', at, id, 'on', judged],
    ]) {
      const { errors } = await alice.ask(Lists, {
        id: alice.id,
        invite: false,
        after: forged(endCursor, wrong.join('|')),
      })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
    // A moment at the ends of the calendar is odd, and no error.
    for (const moment of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])
      for (const online of ['on', 'off']) {
        const after = forged(endCursor, [level, at, id, online, moment].join('|'))
        await pageOf(alice, alice, { after })
      }
  })

  it('are each looked up once, and no more of them than the page may show', async () => {
    const [alice] = await friendsOfAlice()
    expect(await looksFor(alice, 7, 0)).toEqual({ friends: 6, looks: 6 })
    // The last part: nobody behind it goes before.
    expect(await looksFor(alice, 3, 3)).toEqual({ friends: 3, looks: 3 })
    // Close friends fill the page: only they are looked up, and the first of the others.
    await app.admin.query(
      `with person as (insert into users (id) select gen_random_uuid() from generate_series(1, 60) returning id)
       insert into user_friends (user_id, friend_id, friendship_level)
       select side.*, 'close' from person cross join lateral (values ($1, id), (id, $1)) as side`,
      [alice.id],
    )
    expect(await looksFor(alice, 20, 0)).toEqual({ friends: 20, looks: 63 })
  })
})

/** How many friends a page has when nobody is online, and how often a presence was looked up. */
async function looksFor({ id }: Person, most: number, part: number) {
  const client = await app.admin.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.user_id', $1, true)`, [id])
    const ask = () =>
      client.query(
        `select from close_first_friends($1, null, null, '{}', 60, null, $2, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', $3)`,
        [id, part, most],
      )
    const looks = async () => {
      const { rows } = await client.query<{ looks: number }>(
        `select idx_scan::int as looks from pg_stat_xact_user_tables where relname = 'user_presence'`,
      )
      return rows[0]?.looks ?? 0
    }
    // Planning it, for the first time, may look too.
    await ask()
    const before = await looks()
    const { rowCount } = await ask()
    return { friends: rowCount, looks: (await looks()) - before }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

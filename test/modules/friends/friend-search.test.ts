import { describe, expect, it } from 'vitest'
import { newest } from '../../../src/graphql/connections.ts'
import { selectFriendPages } from '../../../src/modules/friends/sql.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { vacuum } from '../../support/vacuum.ts'
import { befriend, makeClose } from '../../support/verbs.ts'

const app = await openTestService()
keepsInvariants(app)

const Friends = `query ($search: String, $level: FriendshipLevel, $orderBy: FriendOrder, $first: Int, $after: String) {
  viewer { friends(search: $search, level: $level, orderBy: $orderBy, first: $first, after: $after) {
    edges { cursor node { id username profile { displayName } } } pageInfo { hasNextPage endCursor } totalCount
  } }
}`

const ask = (person: Asker, variables: Record<string, unknown>) => person.ask(Friends, variables)
async function search(person: Asker, text: string | null, more: Record<string, unknown> = {}) {
  const { data, body } = await ask(person, { search: text, ...more })
  if (data?.viewer?.friends == null) throw new Error(body)
  return data.viewer.friends as {
    edges: { cursor: string; node: { id: string } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}
const found = async (person: Asker, text: string | null, more: Record<string, unknown> = {}) =>
  (await search(person, text, more)).edges.map(({ node }) => node.id)
const ids = (...people: readonly Person[]) => people.map(({ id }) => id)

async function call(person: Person, displayName: string | null, username: string | null = null) {
  if (username !== null) {
    const { data, body } = await person.ask(
      `mutation ($name: String!) { claimUsername(username: $name) { changed } }`,
      { name: username },
    )
    expect(data?.claimUsername?.changed, body).toBe(true)
  }
  await person.ask(
    `mutation ($name: String) { updateProfile(profile: { displayName: $name }) { changed } }`,
    { name: displayName },
  )
}

/** Alice and friends of hers with these display names, the newest friend first. */
async function friendsCalled(...names: readonly string[]) {
  const [alice, ...friends] = await app.people('alice', ...names)
  for (const friend of friends) {
    await call(friend, friend.name)
    await befriend(alice, friend)
  }
  return { alice, friends: friends.reverse() }
}

describe('searching one’s friends', () => {
  it('finds those whose username, or any word of their display name, begins with the text', async () => {
    const { alice, friends } = await friendsCalled('Bob Okapison', 'Carol', 'Dave Notokapi')
    const [dave, carol, bob] = friends as [Person, Person, Person]
    await call(carol, 'Carol', 'okapi.carol')
    const [stranger] = await app.people('Okapi the Stranger')
    await call(stranger, stranger.name)
    expect(await found(alice, 'okapi')).toEqual(ids(carol, bob))
    expect(await found(alice, ' @OKAPI ')).toEqual(ids(carol, bob))
    expect(await found(alice, 'bob oka')).toEqual(ids(bob))
    expect(await found(alice, 'bob carol')).toEqual([])
    expect(await found(alice, 'notok')).toEqual(ids(dave))
    expect((await search(alice, 'okapi')).totalCount).toBe(2)
  })

  it('makes as little of accents, case and punctuation as the search for everybody', async () => {
    const { alice, friends } = await friendsCalled('Jean-Luc Médard', 'Großstraße', 'Sean O’Bryan')
    const [sean, german, luc] = friends as [Person, Person, Person]
    for (const text of ['medard', 'MÉD', 'luc', 'jean-l', 'jean luc', 'luc med'])
      expect(await found(alice, text), text).toEqual(ids(luc))
    expect(await found(alice, 'GROSSSTR')).toEqual(ids(german))
    for (const text of ["o'bry", 'obryan', 'bryan'])
      expect(await found(alice, text), text).toEqual(ids(sean))
  })

  it('finds a friend who is not discoverable, and shows what each is called', async () => {
    const { alice, friends } = await friendsCalled('Quagga Quiet')
    const [quiet] = friends as [Person]
    await quiet.ask(
      'mutation { updatePrivacySettings(settings: { discoverable: false }) { changed } }',
    )
    expect((await search(alice, 'quag')).edges).toMatchObject([
      { node: { id: quiet.id, username: null, profile: { displayName: 'Quagga Quiet' } } },
    ])
  })

  it('finds nobody by fewer than two characters or by nothing, and everybody without a text', async () => {
    const { alice, friends } = await friendsCalled('Bob', 'Barbara')
    for (const text of ['', ' ', 'b', '@', '\u200b', 'x'.repeat(101), 'a\0b']) {
      expect(await search(alice, text), text).toEqual({
        edges: [],
        pageInfo: { hasNextPage: false, endCursor: null },
        totalCount: 0,
      })
    }
    const [, bob] = friends as [Person, Person]
    expect(await found(alice, null)).toEqual(ids(...friends))
    expect(await found(alice, 'bo')).toEqual(ids(bob))
  })

  it('takes wildcards literally', async () => {
    const { alice } = await friendsCalled('Bob')
    for (const text of ['b%', '%o', '_ob', 'b.*'])
      expect(await found(alice, text), text).toEqual([])
  })

  it('keeps the order and the level of the list, and pages through it without skipping or repeating', async () => {
    const names = ['Tapir A', 'Tapir B', 'Other', 'Tapir C', 'Tapir D']
    const { alice, friends } = await friendsCalled(...names)
    const tapirs = friends.filter(({ name }) => name.startsWith('Tapir'))
    const [, , , close] = friends as [Person, Person, Person, Person]
    await makeClose(alice, close)
    const walk = async (more: Record<string, unknown>) => {
      const all: string[] = []
      for (let after: string | null = null; ;) {
        const page = await search(alice, 'tapir', { ...more, first: 1, after })
        all.push(...page.edges.map(({ node }) => node.id))
        if (!page.pageInfo.hasNextPage) return all
        after = page.pageInfo.endCursor
      }
    }
    expect(await walk({})).toEqual(ids(...tapirs))
    expect(await walk({ orderBy: 'CLOSE_FIRST' })).toEqual(
      ids(close, ...tapirs.filter((tapir) => tapir !== close)),
    )
    expect(await found(alice, 'tapir', { level: 'CLOSE' })).toEqual(ids(close))
    expect((await search(alice, 'tapir', { level: 'CLOSE' })).totalCount).toBe(1)
    await app.admin.query(
      `update user_friends set created_at = '2026-01-01' where user_id = $1 or friend_id = $1`,
      [alice.id],
    )
    expect(await walk({})).toEqual(
      ids(...tapirs)
        .toSorted()
        .reverse(),
    )
  })

  it('refuses a cursor of another search, and of the list without one', async () => {
    const { alice } = await friendsCalled('Numbat One', 'Numbat Two')
    const cursor = (await search(alice, 'numbat')).edges[0]?.cursor
    const ofAll = (await search(alice, null)).edges[0]?.cursor
    expect((await ask(alice, { search: 'NUMBÁT', after: cursor })).errors).toEqual([])
    for (const variables of [
      { search: 'num', after: cursor },
      { search: null, after: cursor },
      { search: '', after: cursor },
      { search: 'numbat', after: ofAll },
    ])
      expect((await ask(alice, variables)).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ])
  })

  it('is alice’s to do and a service’s, in nobody else’s list', async () => {
    const { alice, friends } = await friendsCalled('Bob Bongo', 'Carol')
    const [carol, bob] = friends as [Person, Person]
    const OfAlice = `query ($people: [_Any!]!) {
      _entities(representations: $people) { ... on User { friends(search: "bongo") { totalCount edges { node { id } } } } }
    }`
    const people = [
      { __typename: 'User', id: alice.id },
      { __typename: 'User', id: carol.id },
      { __typename: 'User', id: newUserId() },
    ]
    const { data, statements } = await app.service.ask(OfAlice, { people })
    expect(data._entities).toEqual([
      { friends: { totalCount: 1, edges: [{ node: { id: bob.id } }] } },
      { friends: { totalCount: 0, edges: [] } },
      { friends: null },
    ])
    expect(statements).toEqual(['friends.pages', 'friends.count'])
    const asked = await bob.ask(OfAlice, { people: people.slice(0, 1) })
    expect(asked.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(asked.data._entities).toEqual([{ friends: null }])
  })

  it('is one statement with the names and profiles of the page, and one more for the number', async () => {
    const { alice } = await friendsCalled('Kudu', 'Kudu the Second')
    expect((await ask(alice, { search: 'kudu' })).statements).toEqual([
      'friends.pages',
      'friends.count',
    ])
  })
})

describe('how much a search among friends reads', () => {
  it('does not hang on how many people are called so', async () => {
    const { alice } = await friendsCalled('Gnu One', 'Gnu Two', 'Zebu')
    await app.admin.query(
      `with crowd as (insert into users (id) select gen_random_uuid() from generate_series(1, 20000) returning id),
            named as (insert into usernames (user_id, name)
                      select id, 'gnu' || row_number() over () from crowd)
       insert into user_profiles (user_id, display_name, display_words) select id, 'Gnu', '{gnu}' from crowd`,
    )
    await app.admin.query(
      `with numbered as (select user_id as id, row_number() over () as n from user_profiles where display_name = 'Gnu'),
            pair as (select one.id as one, other.id as other
                       from numbered as one join numbered as other on other.n = one.n + 10000)
       insert into user_friends (user_id, friend_id, friendship_level)
       select one, other, 'friend' from pair union all select other, one, 'friend' from pair`,
    )
    await vacuum(app.admin)
    const { plan, buffers } = await explain(alice, [{ name: 'gnu', word: 'gnu' }])
    expect(plan).not.toMatch(/Seq Scan on (usernames|user_profile_words|user_friends|users)/)
    // Three friends, each looked up by their id: of 20,000 names and words, these.
    expect(buffers, plan).toBeLessThan(150)
  })
})

/** How Postgres, as the app, runs the statement of a page, with everything inside its functions. */
async function explain(person: Person, tokens: readonly { name: string; word: string }[]) {
  const connection = await app.admin.connect()
  const plans: string[] = []
  connection.on('notice', ({ message }) => plans.push(message ?? ''))
  try {
    await connection.query(`load 'auto_explain'`)
    await connection.query('set auto_explain.log_min_duration = 0')
    await connection.query('set auto_explain.log_nested_statements = on')
    await connection.query('set client_min_messages = log')
    await connection.query('begin')
    await connection.query('set local role connections_app')
    await connection.query(`set local app.user_id = '${person.id}'`)
    let buffers = 0
    const from = {
      async rows(_name: string, { text, values }: { text: string; values: unknown[] }) {
        for (let time = 0; time < 3; time++) {
          const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
            `explain (analyze, buffers, timing off, summary off) ${text}`,
            values,
          )
          const lines = rows.map((row) => row['QUERY PLAN'])
          const first = lines.find((line) => line.includes('Buffers')) ?? ''
          buffers = Number(/shared hit=(\d+)/.exec(first)?.[1])
        }
        return []
      },
    }
    await selectFriendPages(from as never, [person.id], {
      first: 20,
      level: null,
      order: 'RECENT',
      exclude: [],
      search: tokens,
      summaries: false,
      after: { ...newest, level: 'CLOSE', isOnline: true, judgedAt: null },
    })
    return { plan: plans.join('\n'), buffers }
  } finally {
    await connection.query('rollback')
    connection.release(true)
  }
}

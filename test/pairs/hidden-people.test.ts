import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { type Asker, openTestService, type Person } from '../support/test-service.ts'

const app = await openTestService()

type List = 'following' | 'followers'

/**
 * Makes so many new people follow `owner`, or `owner` follow them: newest first, unless all do at
 * the same moment.
 * @returns their ids in the order of the list
 */
async function follow(
  list: List,
  owner: Person,
  many: number,
  together = false,
): Promise<string[]> {
  const [one, other] = list === 'followers' ? ['id', 'owner'] : ['owner', 'id']
  const { rows } = await app.admin.query<{ id: string }>(
    `with made as (
       insert into users (id) select gen_random_uuid() from generate_series(1, $2::int) returning id
     ), listed as (
       select id, $1::uuid as owner, row_number() over (order by id desc) as place from made
     )
     select id, owner, place from listed`,
    [owner.id, many],
  )
  const ids = rows.map(({ id }) => id)
  await app.admin.query(
    `insert into user_follows (follower_user_id, target_user_id, created_at)
     select ${one}, ${other}, timestamptz '2026-01-01' - place * $3::interval
       from unnest($2::uuid[]) with ordinality as listed (id, place), (values ($1::uuid)) as to_owner (owner)`,
    [owner.id, ids, together ? '0' : '1 minute'],
  )
  return ids
}

/** Each of these people blocks the person. */
const block = (blockers: readonly string[], person: Person) =>
  app.admin.query(
    `insert into user_blocks (blocker_user_id, blocked_user_id) select id, $2 from unnest($1::uuid[]) as id`,
    [blockers, person.id],
  )

const countOf = async (asker: Asker, list: List, owner: Person): Promise<number> =>
  (
    await asker.ask(
      `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { ${list} { totalCount } } } }`,
      { ids: [{ __typename: 'User', id: owner.id }] },
    )
  ).data._entities[0][list].totalCount

describe.each(['followers', 'following'] as const)('a count of %s', (list) => {
  it.each([
    // how many there are, how many of them block carol, what carol is told, what everybody else is
    // told
    [3, 0, 3, 3],
    [999, 2, 997, 999],
    [1_000, 2, 998, 1_000],
    [1_001, 2, 1_000, 1_000],
    [1_099, 100, 1_000, 1_000],
    [1_100, 1, 1_100, 1_100],
    [12_345, 1, 12_000, 12_000],
  ])(
    'of %i with %i who block carol is %i for carol and %i for others',
    async (many, hidden, seen, all) => {
      const [alice, carol, dave] = await app.people('alice', 'carol', 'dave')
      const ids = await follow(list, alice, Math.min(many, 1_100))
      // The rest is only said to be there: no more than the stored counter is looked at.
      await app.admin.query(`update user_counters set ${list} = $2 where user_id = $1`, [
        alice.id,
        many,
      ])
      await block(ids.slice(0, hidden), carol)
      expect(await countOf(carol, list, alice)).toBe(seen)
      for (const asker of [dave, alice, app.nobody, app.service])
        expect(await countOf(asker, list, alice)).toBe(all)
    },
  )

  it('leaves out whom carol blocks too, each once though both block, and nobody whose block is over', async () => {
    const [alice, carol] = await app.people('alice', 'carol')
    const [one = '', two = '', three = ''] = await follow(list, alice, 10)
    await block([one, two], carol)
    await app.admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
       values ($1, $2, '2026-01-01', null), ($1, $3, '2026-01-01', '2026-01-02')`,
      [carol.id, two, three],
    )
    expect(await countOf(carol, list, alice)).toBe(8)
  })
})

/** What is shown of a list that is paged through to its end, and the cursors on the way. */
async function pageThrough(asker: Asker, list: string, owner: Person, first: number) {
  const [shown, cursors, sizes] = [[] as string[], [] as string[], [] as number[]]
  for (let after: string | null = null; ;) {
    const answer = await asker.ask(
      `query ($ids: [_Any!]!, $first: Int, $after: String) { _entities(representations: $ids) { ... on User {
         list: ${list}first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`,
      { ids: [{ __typename: 'User', id: owner.id }], first, after },
    )
    const { edges, pageInfo } = answer.data._entities[0].list
    shown.push(...edges.map(({ node }: { node: { id: string } }) => node.id))
    sizes.push(edges.length)
    if (!pageInfo.hasNextPage) return { shown, cursors, sizes }
    after = pageInfo.endCursor as string
    cursors.push(after)
  }
}

const decoded = (cursor: string) => Buffer.from(cursor, 'base64url').toString()

describe('a list in which more people in a row are hidden than are looked at for one page', () => {
  const first = 20
  const hidden = 2 * limits.candidatesAtOnce + 150

  it.each([
    ['followers', false],
    ['following', false],
    // As an import writes them.
    ['followers', true],
    ['following', true],
  ] as const)(
    'of %s (at the same moment: %s) has short pages that go on, shows all others once, and names nobody hidden',
    async (list, together) => {
      const [alice, carol] = await app.people('alice', 'carol')
      const ids = await follow(list, alice, hidden + 60, together)
      const inOrder = together ? [...ids].sort().reverse() : ids
      const blockers = inOrder.slice(10, 10 + hidden)
      await block(blockers, carol)
      const { shown, cursors, sizes } = await pageThrough(carol, `${list}(`, alice, first)
      expect(shown).toEqual(inOrder.filter((id) => !blockers.includes(id)))
      expect(sizes).toEqual([10, 0, 20, 20, 10])
      for (const cursor of cursors)
        for (const id of blockers) expect(decoded(cursor)).not.toContain(id)
    },
  )

  it('of contacts does so too', async () => {
    const [carol] = await app.people('carol')
    const { rows } = await app.admin.query<{ id: string }>(
      `with made as (insert into users (id) select gen_random_uuid() from generate_series(1, $1::int) returning id)
       select id from made order by id`,
      [hidden + 60],
    )
    const ids = rows.map(({ id }) => id)
    await app.admin.query(
      `insert into user_contacts (owner_user_id, contact_user_id) select $1, id from unnest($2::uuid[]) as id`,
      [carol.id, ids],
    )
    const blockers = ids.slice(10, 10 + hidden)
    await block(blockers, carol)
    const { shown, cursors, sizes } = await pageThrough(carol, 'contacts(', carol, first)
    expect(shown).toEqual(ids.filter((id) => !blockers.includes(id)))
    expect(sizes).toEqual([10, 0, 20, 20, 10])
    for (const cursor of cursors)
      for (const id of blockers) expect(decoded(cursor)).not.toContain(id)
    const count = await carol.ask('{ viewer { contacts { totalCount } } }')
    expect(count.data.viewer.contacts.totalCount).toBe(60)
  })

  it.each(['INCOMING', 'OUTGOING'])('of %s requests does so too', async (direction) => {
    const [carol] = await app.people('carol')
    const { rows } = await app.admin.query<{ id: string; other: string }>(
      `with made as (insert into users (id) select gen_random_uuid() from generate_series(1, $2::int) returning id)
       insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, created_at, expires_at)
       select case when $3 = 'INCOMING' then id else $1::uuid end, case when $3 = 'INCOMING' then $1::uuid else id end,
              'friend', 'canceled', timestamptz '2026-01-01', '2100-01-01'
         from made
       returning id, case when $3 = 'INCOMING' then requester_user_id else target_user_id end as other`,
      [carol.id, hidden + 60, direction],
    )
    rows.sort((one, other) => (one.id < other.id ? 1 : -1))
    const gone = rows.slice(10, 10 + hidden)
    await block(
      gone.map(({ other }) => other),
      carol,
    )
    const list = `requests(direction: ${direction}, `
    const { shown, cursors, sizes } = await pageThrough(carol, list, carol, first)
    expect(shown).toEqual([...rows.slice(0, 10), ...rows.slice(10 + hidden)].map(({ id }) => id))
    expect(sizes).toEqual([10, 0, 20, 20, 10])
    for (const cursor of cursors)
      for (const { id } of gone) expect(decoded(cursor)).not.toContain(id)
    const count = await carol.ask(`{ viewer { requests(direction: ${direction}) { totalCount } } }`)
    expect(count.data.viewer.requests.totalCount).toBe(60)
  })
})

describe('mutual friends', () => {
  it('are counted up to 100, however many there are', async () => {
    for (const [many, told] of [
      [99, 99],
      [100, 100],
      [130, 100],
    ] as const) {
      const [alice, bob] = await app.people('alice', 'bob')
      await app.admin.query(
        `with made as (insert into users (id) select gen_random_uuid() from generate_series(1, $3::int) returning id)
         insert into user_friends (user_id, friend_id, friendship_level)
         select side.one, side.other, 'friend'
           from made, unnest(array[$1, $2]::uuid[]) as person (id),
                lateral (values (person.id, made.id), (made.id, person.id)) as side (one, other)`,
        [alice.id, bob.id, many],
      )
      const answer = await alice.ask(
        'query ($id: ID!) { relationships(userIds: [$id]) { mutualFriendCount user { mutualFriends(first: 100) { totalCount edges { node { id } } pageInfo { hasNextPage } } } } }',
        { id: bob.id },
      )
      const [{ mutualFriendCount, user }] = answer.data.relationships
      expect(mutualFriendCount).toBe(told)
      expect(user.mutualFriends).toMatchObject({
        totalCount: told,
        pageInfo: { hasNextPage: many > 100 },
      })
      expect(user.mutualFriends.edges).toHaveLength(Math.min(many, 100))
    }
  })
})

describe('what a service is told to hide', () => {
  it('is counted up to 1,000, and paged through to the end', async () => {
    const [alice] = await app.people('alice')
    const [bob] = await app.people('bob')
    const blockers = await follow('followers', bob, 1_100)
    await block(blockers, alice)
    await app.admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id) select $1, id from unnest($2::uuid[]) as id`,
      [alice.id, blockers.slice(0, 5)],
    )
    const shown: string[] = []
    for (let after: string | null = null; ;) {
      const answer = await app.service.ask(
        `query ($id: ID!, $after: String) { hiddenFrom(userId: $id, first: 100, after: $after) {
           totalCount edges { node } pageInfo { hasNextPage endCursor } } }`,
        { id: alice.id, after },
      )
      const { totalCount, edges, pageInfo } = answer.data.hiddenFrom
      expect(totalCount).toBe(1_000)
      shown.push(...edges.map(({ node }: { node: string }) => node))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor as string
    }
    expect(shown).toEqual([...blockers].sort())
  })
})

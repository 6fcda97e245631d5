import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import {
  type Answer,
  type Asker,
  newUserId,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import { codeOf, relationshipOf, strangers, verbs } from '../../support/verbs.ts'

const app = await openTestService()
keepsInvariants(app)

const page = `edges { cursor node { id } since } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`
const Follows = (list: List) => `query ($ids: [_Any!]!, $first: Int, $after: String) {
  _entities(representations: $ids) { ... on User { id list: ${list}(first: $first, after: $after) { ${page} totalCount } } }
}`
const FollowUser = `mutation ($userId: ID!) {
  followUser(userId: $userId) { changed user { id } relationship { isFollowing } userErrors { code field message retryAt } }
}`
const MayFollow = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User { relationship { can(action: FOLLOW) { allowed reason } } } }
}`
const CloseToFollows = `mutation { updatePrivacySettings(settings: { allowFollows: NOBODY }) { changed } }`

const closeToFollows = async (person: Asker) => {
  expect((await person.ask(CloseToFollows)).errors).toEqual([])
}

type List = 'following' | 'followers'

const represent = (...ids: string[]) => ids.map((id) => ({ __typename: 'User', id }))
const ask = (asker: Asker, list: List, owner: { id: string }, variables = {}) =>
  asker.ask(Follows(list), { ids: represent(owner.id), ...variables })
const read = async (asker: Asker, list: List, owner: { id: string }, variables = {}) =>
  (await ask(asker, list, owner, variables)).data._entities[0].list
const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id)
const events = async (follower: Person, target: Person) =>
  (
    await app.admin.query<{ kind: string; audience: string }>(
      'select kind, audience from outbox where actor_user_id = $1 and other_user_id = $2 order by version',
      [follower.id, target.id],
    )
  ).rows
const many = (count: number, name: string) =>
  app.people(...Array.from({ length: count }, (_, index) => `${name} ${String(index)}`))
/** An answer as it would be about anybody: two of them are alike when these are the same bytes. */
const aboutAnybody = ({ status, body }: Answer, other: { id: string }) => [
  status,
  body.replaceAll(other.id, 'ID'),
]

/** Somebody with so many followers, whose ids come back newest first. */
async function followed(
  count: number,
): Promise<{ owner: Person; ids: string[]; people: Person[] }> {
  const [owner] = await app.people('alice')
  const people: Person[] = await many(count, 'follower')
  for (const person of people) await verbs.followUser(person, owner)
  await app.admin.query(
    `update user_follows set created_at = now() - make_interval(mins => array_position($2::uuid[], follower_user_id))
      where target_user_id = $1`,
    [owner.id, people.map(({ id }) => id)],
  )
  return { owner, people, ids: people.map(({ id }) => id) }
}

describe('following', () => {
  it('makes bob a follower of alice, and not alice of bob', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect((await bob.ask(FollowUser, { userId: alice.id })).data.followUser).toEqual({
      changed: true,
      user: { id: alice.id },
      relationship: { isFollowing: true },
      userErrors: [],
    })
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isFollowing: true })
    expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, isFollowedBy: true })
    expect(idsOf(await read(bob, 'following', bob))).toEqual([alice.id])
    expect(idsOf(await read(alice, 'followers', alice))).toEqual([bob.id])
    expect(idsOf(await read(alice, 'following', alice))).toEqual([])
  })

  it('again changes nothing, the time included', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(bob, alice)
    const first = await read(bob, 'following', bob)
    expect(await verbs.followUser(bob, alice)).toMatchObject({ changed: false, userErrors: [] })
    expect(await read(bob, 'following', bob)).toEqual(first)
  })

  it('is told to alice once a day, however often bob unfollows and follows again', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (let round = 0; round < 3; round++) {
      expect((await verbs.followUser(bob, alice)).changed).toBe(true)
      expect((await verbs.unfollowUser(bob, alice)).changed).toBe(true)
    }
    const one = { kind: 'follow.created', audience: 'people' }
    expect(await events(bob, alice)).toEqual([one])
    await app.admin.query(
      `update quota_uses set used_at = now() - interval '25 hours' where user_id = $1`,
      [bob.id],
    )
    await verbs.followUser(bob, alice)
    expect(await events(bob, alice)).toEqual([one, one])
  })

  it('refuses oneself and what is not a UUID, like the other two verbs', async () => {
    const [alice] = await app.people('alice')
    for (const verb of [verbs.followUser, verbs.unfollowUser, verbs.removeFollower]) {
      expect((await verb(alice, alice)).userErrors).toMatchObject([
        { code: 'SELF', field: ['userId'] },
      ])
      expect((await verb(alice, { id: 'bob' })).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', field: ['userId'] },
      ])
    }
  })

  it('needs somebody who is signed in, like the other two verbs', async () => {
    const [bob] = await app.people('bob')
    for (const verb of ['followUser', 'unfollowUser', 'removeFollower']) {
      const document = `mutation ($userId: ID!) { ${verb}(userId: $userId) { changed } }`
      for (const [asker, code] of [
        [app.nobody, 'UNAUTHENTICATED'],
        [app.service, 'FORBIDDEN'],
      ] as const) {
        const { errors } = await asker.ask(document, { userId: bob.id })
        expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      }
    }
  })

  it('somebody whom alice blocks is refused until she unblocks', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    expect(codeOf(await verbs.followUser(alice, bob))).toBe('BLOCKED_BY_YOU')
    await verbs.unblockUser(alice, bob)
    expect((await verbs.followUser(alice, bob)).changed).toBe(true)
  })

  it('twenty times at the same instant makes one follow, once, and tells once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verbs.followUser(bob, alice)),
    )
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([])
    expect((await read(alice, 'followers', alice)).totalCount).toBe(1)
    expect(await events(bob, alice)).toHaveLength(1)
  })
})

describe('following somebody who is not there for bob', () => {
  it('answers alike, byte for byte: unknown, blocking bob, closed to follows', async () => {
    const [bob, blocking, closed] = await app.people('bob', 'alice', 'carol')
    await verbs.blockUser(blocking, bob)
    await closeToFollows(closed)
    const unknown = { id: newUserId() }
    const answers = []
    for (const other of [unknown, blocking, closed]) {
      answers.push(aboutAnybody(await bob.ask(FollowUser, { userId: other.id }), other))
    }
    expect(answers[0]).toEqual([200, expect.stringContaining('"UNAVAILABLE"')])
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(await events(bob, blocking)).toEqual([])
    expect(await events(bob, closed)).toEqual([])
    const { rows } = await app.admin.query('select from quota_uses where user_id = $1', [bob.id])
    expect(rows).toEqual([])
  })

  it('ends nothing and tells nothing: unfollowing and removing answer alike too', async () => {
    const [bob, blocking] = await app.people('bob', 'alice')
    await verbs.blockUser(blocking, bob)
    const unknown = { id: newUserId() }
    for (const verb of [verbs.unfollowUser, verbs.removeFollower]) {
      const [one, other] = [await verb(bob, unknown), await verb(bob, blocking)]
      expect(one).toMatchObject({ changed: false, userErrors: [] })
      expect(JSON.stringify(other).replaceAll(blocking.id, 'ID')).toBe(
        JSON.stringify(one).replaceAll(unknown.id, 'ID'),
      )
    }
  })
})

describe('not allowing follows', () => {
  it('keeps who follows already, who may even follow again without a change', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(bob, alice)
    await closeToFollows(alice)
    expect(idsOf(await read(alice, 'followers', alice))).toEqual([bob.id])
    expect(await verbs.followUser(bob, alice)).toMatchObject({ changed: false, userErrors: [] })
    await verbs.unfollowUser(bob, alice)
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('UNAVAILABLE')
  })

  it('shows a stranger what an id that nobody ever had shows, and a follower that they do already', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.followUser(bob, alice)
    await closeToFollows(alice)
    const mayFollow = async (asker: Asker, id: string) =>
      (await asker.ask(MayFollow, { ids: represent(id) })).data._entities[0].relationship.can
    expect(await mayFollow(carol, alice.id)).toEqual({ allowed: false, reason: 'UNAVAILABLE' })
    expect(await mayFollow(carol, alice.id)).toEqual(await mayFollow(carol, newUserId()))
    expect(await mayFollow(bob, alice.id)).toEqual({ allowed: false, reason: 'ALREADY' })
  })

  it('between the look and the step refuses like a setting, never with an error', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const holder = await app.admin.connect()
    const waiting = `select from pg_locks join pg_database on oid = database
      where not granted and locktype = 'relation' and datname = current_database()`
    // Lets everybody read follows, and nobody write one: bob's call waits with its decision made.
    await holder.query('begin; lock table user_follows in share mode')
    const following = verbs.followUser(bob, alice)
    await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1)
    await holder.query(
      `insert into user_privacy_settings (user_id, allow_follows) values ($1, 'nobody')`,
      [alice.id],
    )
    await holder.query('commit')
    holder.release()
    expect(codeOf(await following)).toBe('UNAVAILABLE')
  })
})

describe('ending a follow', () => {
  it('is bob’s to do, by unfollowing, and alice’s, by removing him; nobody is told', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const end of [
      () => verbs.unfollowUser(bob, alice),
      () => verbs.removeFollower(alice, bob),
    ]) {
      await verbs.followUser(bob, alice)
      expect(await end()).toMatchObject({
        changed: true,
        relationship: { isFollowing: false, isFollowedBy: false },
      })
      expect(await end()).toMatchObject({ changed: false, userErrors: [] })
      expect(await relationshipOf(alice, bob)).toEqual(strangers)
    }
    expect(await events(alice, bob)).toEqual([])
    expect(await events(bob, alice)).toHaveLength(1)
  })

  it('of one direction leaves the other', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(bob, alice)
    await verbs.followUser(alice, bob)
    await verbs.removeFollower(alice, bob)
    expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, isFollowing: true })
    await verbs.unfollowUser(alice, bob)
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
  })

  it('succeeds when there was none, or no such person', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const verb of [verbs.unfollowUser, verbs.removeFollower]) {
      for (const other of [bob, { id: newUserId() }]) {
        expect(await verb(alice, other)).toMatchObject({
          changed: false,
          user: { id: other.id },
          userErrors: [],
        })
      }
    }
  })
})

describe('lists of follows', () => {
  it('are ordered newest first, and cut at twenty unless told otherwise', async () => {
    const { owner, ids } = await followed(22)
    const first = await read(owner, 'followers', owner)
    expect(idsOf(first)).toEqual(ids.slice(0, 20))
    expect(first.totalCount).toBe(22)
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[19].cursor,
    })
    const second = await read(owner, 'followers', owner, { after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual(ids.slice(20))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  it('of one instant are ordered by id, and no page skips or repeats one', async () => {
    const { owner, ids } = await followed(7)
    await app.admin.query('update user_follows set created_at = now() where target_user_id = $1', [
      owner.id,
    ])
    const seen: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const part = await read(owner, 'followers', owner, { first: 2, after })
      seen.push(...idsOf(part))
      ;({ endCursor: after, hasNextPage: more } = part.pageInfo)
    }
    expect(seen).toEqual(ids.sort().reverse())
  })

  it('refuse a number out of range, and a cursor that this very list did not give', async () => {
    const { owner } = await followed(1)
    const { owner: other } = await followed(1)
    await verbs.followUser(owner, other)
    const foreign = [
      (await read(other, 'followers', other)).pageInfo.endCursor,
      (await read(owner, 'following', owner)).pageInfo.endCursor,
    ]
    for (const variables of [
      ...[0, -1, 101, 1e9].map((first) => ({ first })),
      ...[...foreign, '', 'x'].map((after) => ({ after })),
    ]) {
      const { data, errors } = await ask(owner, 'followers', owner, variables)
      expect(data._entities[0].list, JSON.stringify(variables)).toBeNull()
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })

  it('are open to whoever sees the person: to carol, to the anonymous, to services', async () => {
    const { owner, ids } = await followed(2)
    const [carol] = await app.people('carol')
    for (const asker of [carol, app.nobody, app.service]) {
      expect(idsOf(await read(asker, 'followers', owner))).toEqual(ids)
    }
  })

  it('of somebody without follows are empty, without cursors', async () => {
    const [alice] = await app.people('alice')
    expect(await read(app.nobody, 'following', alice)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 0,
    })
  })
})

describe('who is hidden from carol', () => {
  it('is left out of alice’s lists, counts and cursors, whoever of the two blocks; the pages stay full', async () => {
    const { owner: alice, people, ids } = await followed(5)
    const [carol, dave] = await app.people('carol', 'dave')
    const [one, two, three, four, five] = people
    if (!one || !two || !three || !four || !five) throw new Error('Five people followed.')
    await verbs.blockUser(two, carol)
    await verbs.blockUser(carol, four)
    const first = await read(carol, 'followers', alice, { first: 2 })
    expect(idsOf(first)).toEqual([one.id, three.id])
    expect(first).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true, endCursor: first.edges[1].cursor },
    })
    const rest = await read(carol, 'followers', alice, {
      first: 2,
      after: first.pageInfo.endCursor,
    })
    expect(idsOf(rest)).toEqual([five.id])
    expect(rest.pageInfo.hasNextPage).toBe(false)
    // Those whom nobody blocks see everybody: dave, and alice herself.
    for (const asker of [dave, alice]) {
      expect(await read(asker, 'followers', alice)).toMatchObject({ totalCount: 5 })
      expect(idsOf(await read(asker, 'followers', alice))).toEqual(ids)
    }
    for (const target of [alice, dave]) await verbs.followUser(three, target)
    await verbs.blockUser(dave, carol)
    expect(await read(carol, 'following', three)).toMatchObject({ totalCount: 1 })
    expect(idsOf(await read(carol, 'following', three))).toEqual([alice.id])
  })

  it('is left out also after an old cursor that points at them', async () => {
    const { owner: alice, people, ids } = await followed(3)
    const [carol] = await app.people('carol')
    const before = await read(carol, 'followers', alice, { first: 1 })
    await Promise.all(people.slice(0, 2).map((person) => verbs.blockUser(person, carol)))
    const rest = await read(carol, 'followers', alice, { after: before.pageInfo.endCursor })
    expect(idsOf(rest)).toEqual(ids.slice(2))
  })

  it('shows her no list of theirs: null, as for a person who does not exist', async () => {
    const { owner: alice } = await followed(2)
    const [carol] = await app.people('carol')
    await verbs.blockUser(alice, carol)
    const unknown = { id: newUserId() }
    for (const list of ['following', 'followers'] as const) {
      const answer = aboutAnybody(await ask(carol, list, alice), alice)
      expect(answer).toEqual(aboutAnybody(await ask(carol, list, unknown), unknown))
      expect(answer).toEqual([
        200,
        JSON.stringify({ data: { _entities: [{ id: 'ID', list: null }] } }) + '\n',
      ])
    }
  })
})

describe('following and blocking at the same instant', () => {
  it('never ends with a follow across a block, nor with an error', async () => {
    const pairs: (readonly [Person, Person])[] = []
    for (let round = 0; round < 60; round++) pairs.push(await app.people('alice', 'bob'))
    for (let round = 0; round < pairs.length; round += 6) {
      await Promise.all(
        pairs
          .slice(round, round + 6)
          .flatMap(([alice, bob]) => [
            verbs.followUser(bob, alice),
            verbs.followUser(alice, bob),
            verbs.blockUser(alice, bob),
          ]),
      )
    }
    const { rows } = await app.admin.query(
      `select from user_follows
         join user_blocks on (follower_user_id, target_user_id) in
              ((blocker_user_id, blocked_user_id), (blocked_user_id, blocker_user_id))`,
    )
    expect(rows).toHaveLength(0)
  })
})

describe('what it costs', () => {
  const listed = ({ statements }: Answer) =>
    statements.filter((name) => !name.startsWith('rateLimits'))

  it('one follower or fifty: the same statements', async () => {
    const one = await followed(1)
    const fifty = await followed(50)
    const few = await ask(one.owner, 'followers', one.owner, { first: 50 })
    const all = await ask(fifty.owner, 'followers', fifty.owner, { first: 50 })
    expect(all.data._entities[0].list.edges).toHaveLength(50)
    expect(listed(all)).toEqual(['follows.followers', 'follows.followersCount'])
    expect(listed(few)).toEqual(listed(all))
  })

  it('the lists of one person or of fifty: the same statements', async () => {
    const people: Person[] = await many(50, 'person')
    const owners = represent(...people.map(({ id }) => id))
    const document = Follows('following')
    const one = await app.nobody.ask(document, { ids: owners.slice(0, 1) })
    const fifty = await app.nobody.ask(document, { ids: owners })
    expect(fifty.data._entities).toHaveLength(50)
    expect(listed(fifty)).toEqual(['follows.following', 'follows.followingCount'])
    expect(listed(one)).toEqual(listed(fifty))
  })

  it('a follow: the lock, the state, the row, and the event with its quota', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const verb = (name: string) =>
      `mutation ($userId: ID!) { ${name}(userId: $userId) { changed } }`
    expect(listed(await bob.ask(verb('followUser'), { userId: alice.id }))).toEqual([
      'pairs.lock',
      'pairs.states',
      'follows.insert',
      'outbox.recordOnce',
    ])
    expect(listed(await bob.ask(verb('unfollowUser'), { userId: alice.id }))).toEqual([
      'pairs.lock',
      'follows.delete',
    ])
  })
})

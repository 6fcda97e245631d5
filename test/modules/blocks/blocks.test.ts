import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { dispatchEvents } from '../../support/events.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import {
  type Answer,
  type Asker,
  newUserId,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import {
  befriend,
  codeOf,
  makeClose,
  relationshipOf,
  requests,
  strangers,
  verbs,
} from '../../support/verbs.ts'

const app = await openTestService()
keepsInvariants(app)
/** The same, where nobody may block more than three. */
const strict = await openTestService({ MAX_BLOCKS: '3' })

const BlockUser = `mutation ($userId: ID!, $expiresAt: DateTime) {
  blockUser(userId: $userId, expiresAt: $expiresAt) {
    changed user { id } block { cursor node { id } since expiresAt } relationship { isBlocking }
    userErrors { code field message retryAt }
  }
}`
const UnblockUser = `mutation ($userId: ID!) {
  unblockUser(userId: $userId) {
    changed user { id } block { node { id } expiresAt } relationship { isBlocking } userErrors { code field message retryAt }
  }
}`
const list = `edges { cursor node { id } since expiresAt } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`
const Blocks = `query ($first: Int, $after: String) { viewer { blocks(first: $first, after: $after) { ${list} } } }`
const BlocksOf = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id blocks { ${list} } } } }`
/** Everything from here about a person. */
const Everything = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User {
    id
    contacts { totalCount } friends { totalCount } blocks { totalCount } requests(direction: OUTGOING) { totalCount }
    following { totalCount } followers { totalCount } mutualFriends { totalCount } privacySettings { discoverable }
    relationship {
      isContact isFollowing isFollowedBy friendshipLevel friendsSince isBlocking mutualFriendCount
      outgoingRequest { id } incomingRequest { id }
      follow: can(action: FOLLOW) { allowed reason } see: can(action: SEE) { allowed reason }
    }
  } }
}`
const Contacts = `query { viewer { contacts { edges { node { id } } totalCount } } }`

const represent = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'User', id })) })
const block = async (blocker: Asker, userId: string, expiresAt: string | null = null) =>
  (await blocker.ask(BlockUser, { userId, expiresAt })).data.blockUser
const unblock = async (blocker: Asker, userId: string) =>
  (await blocker.ask(UnblockUser, { userId })).data.unblockUser
const page = async (blocker: Asker, variables = {}) =>
  (await blocker.ask(Blocks, variables)).data.viewer.blocks
const contacts = async (owner: Asker) => (await owner.ask(Contacts)).data.viewer.contacts
const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id)
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const runOut = (blocker: Person, blocked: { id: string }) =>
  app.admin.query(
    `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
      where blocker_user_id = $1 and blocked_user_id = $2`,
    [blocker.id, blocked.id],
  )
const events = async (...people: { id: string }[]) =>
  (
    await app.admin.query<{ event: string }>(
      `select audience || ': ' || kind as event from outbox
        where actor_user_id = any ($1) and other_user_id = any ($1) order by version`,
      [people.map(({ id }) => id)],
    )
  ).rows.map(({ event }) => event)
/** An answer as it would be about anybody: two of them are alike when these are the same bytes. */
const aboutAnybody = ({ status, body }: Answer, other: { id: string }) => [
  status,
  body.replaceAll(other.id, 'ID'),
]

/** Somebody with so many blocks, of ids that nobody has; they come back newest first. */
async function blockerOf(count: number): Promise<{ blocker: Person; ids: string[] }> {
  const [blocker] = await app.people('alice')
  const ids = Array.from({ length: count }, newUserId)
  await app.admin.query(
    `insert into user_blocks (blocker_user_id, blocked_user_id, created_at)
     select $1, id, now() - make_interval(mins => place::int) from unnest($2::uuid[]) with ordinality as new (id, place)`,
    [blocker.id, ids],
  )
  return { blocker, ids }
}

describe('blocking', () => {
  it('puts bob into alice’s list of blocks, and tells services alone', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await block(alice, bob.id)).toMatchObject({
      changed: true,
      user: { id: bob.id },
      block: { node: { id: bob.id }, expiresAt: null },
      relationship: { isBlocking: true },
      userErrors: [],
    })
    expect(idsOf(await page(alice))).toEqual([bob.id])
    expect(idsOf(await page(bob))).toEqual([])
    expect(await events(alice, bob)).toEqual(['services: block.changed'])
  })

  it('ends every relationship between the two, both ways, and leaves bob’s contact to come back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await makeClose(alice, bob)
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await verbs.addContact(one, other)
      await verbs.followUser(one, other)
    }
    await block(alice, bob.id)
    expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, isBlocking: true })
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
    await unblock(alice, bob.id)
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isContact: true })
  })

  it.each([
    ['bob has asked', (alice: Person, bob: Person) => verbs.requestFriend(bob, alice)],
    ['alice has asked', (alice: Person, bob: Person) => verbs.requestFriend(alice, bob)],
    [
      'bob has asked to be close',
      async (alice: Person, bob: Person) => {
        await befriend(alice, bob)
        await verbs.askClose(bob, alice)
      },
    ],
    [
      'alice has declined',
      async (alice: Person, bob: Person) => {
        await verbs.reject(alice, (await verbs.requestFriend(bob, alice)).request)
      },
    ],
  ])('when %s, leaves no open request with either, also after unblocking', async (_what, ask) => {
    const [alice, bob] = await app.people('alice', 'bob')
    await ask(alice, bob)
    await block(alice, bob.id)
    await unblock(alice, bob.id)
    for (const person of [alice, bob]) {
      for (const direction of ['INCOMING', 'OUTGOING']) {
        for (const status of ['PENDING', 'REJECTED']) {
          expect((await requests(person, { direction, status })).totalCount).toBe(0)
        }
      }
    }
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
  })

  it('again changes nothing, the time included, and tells nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const first = await block(alice, bob.id)
    expect(await block(alice, bob.id)).toEqual({ ...first, changed: false })
    expect((await page(alice)).totalCount).toBe(1)
    expect(await events(alice, bob)).toHaveLength(1)
  })

  it('takes any UUID, and answers alike whether it is somebody’s or not', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const unknown = { id: newUserId() }
    const answers = []
    for (const verb of [BlockUser, UnblockUser, UnblockUser]) {
      for (const other of [unknown, bob]) {
        const answer = await alice.ask(verb, { userId: other.id })
        const anytime = aboutAnybody(answer, other).map((part) =>
          String(part).replace(/"(cursor|since)":"[^"]*"/g, ''),
        )
        answers.push(anytime)
      }
    }
    for (let verb = 0; verb < answers.length; verb += 2)
      expect(answers[verb]).toEqual(answers[verb + 1])
  })

  it('keeps an unknown id blocked when somebody arrives with it', async () => {
    const [alice] = await app.people('alice')
    const bob = app.stranger('bob')
    await block(alice, bob.id)
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.followUser(alice, bob))).toBe('BLOCKED_BY_YOU')
  })

  it('refuses oneself and what is not a UUID, like unblocking', async () => {
    const [alice] = await app.people('alice')
    for (const verb of [block, unblock]) {
      expect((await verb(alice, alice.id)).userErrors).toMatchObject([
        { code: 'SELF', field: ['userId'] },
      ])
      expect((await verb(alice, 'bob')).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', field: ['userId'] },
      ])
    }
    expect((await page(alice)).totalCount).toBe(0)
  })

  it('needs somebody who is signed in, like unblocking', async () => {
    const [bob] = await app.people('bob')
    for (const document of [BlockUser, UnblockUser]) {
      for (const [asker, code] of [
        [app.nobody, 'UNAUTHENTICATED'],
        [app.service, 'FORBIDDEN'],
      ] as const) {
        const { errors } = await asker.ask(document, { userId: bob.id })
        expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      }
    }
  })
})

describe('unblocking', () => {
  it('restores nothing and is told to services alone', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.followUser(bob, alice)
    const before = await events(alice, bob)
    await block(alice, bob.id)
    await dispatchEvents(app)
    expect(await unblock(alice, bob.id)).toEqual({
      changed: true,
      user: { id: bob.id },
      block: { node: { id: bob.id }, expiresAt: null },
      relationship: { isBlocking: false },
      userErrors: [],
    })
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
    expect((await events(alice, bob)).slice(before.length)).toEqual(
      Array(2).fill('services: block.changed'),
    )
  })

  it('succeeds when there was no block, or no such person, and tells nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const { id } of [bob, { id: newUserId() }]) {
      expect(await unblock(alice, id)).toMatchObject({
        changed: false,
        user: { id },
        block: null,
        userErrors: [],
      })
      expect(await events(alice, { id })).toEqual([])
    }
  })

  it('by one of two who block each other leaves the other’s block standing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await block(alice, bob.id)
    await block(bob, alice.id)
    await unblock(alice, bob.id)
    expect(codeOf(await verbs.followUser(alice, bob))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('BLOCKED_BY_YOU')
    expect(idsOf(await page(bob))).toEqual([alice.id])
  })

  it('finds only one’s own block', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await block(alice, bob.id)
    expect((await unblock(bob, alice.id)).changed).toBe(false)
    expect(idsOf(await page(alice))).toEqual([bob.id])
  })
})

describe('a block with an end', () => {
  it('must end in the future', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const expiresAt of [inHours(-1), new Date().toISOString(), '0000-01-01T00:00:00Z']) {
      expect(await block(alice, bob.id, expiresAt)).toMatchObject({
        changed: false,
        block: null,
        userErrors: [{ code: 'INVALID_INPUT', field: ['expiresAt'] }],
      })
    }
    expect((await page(alice)).totalCount).toBe(0)
    for (const expiresAt of [inHours(1), '9999-12-31T23:59:59.999Z']) {
      expect(await block(alice, bob.id, expiresAt)).toMatchObject({
        changed: true,
        block: { expiresAt },
      })
    }
  })

  it('can be given another end, sooner, later or none, and keeps its beginning', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { since } = (await block(alice, bob.id)).block
    for (const expiresAt of [inHours(2), inHours(1), inHours(3), null]) {
      expect(await block(alice, bob.id, expiresAt)).toMatchObject({
        changed: true,
        block: { since, expiresAt },
      })
      expect(await block(alice, bob.id, expiresAt)).toMatchObject({
        changed: false,
        block: { since, expiresAt },
      })
    }
    expect((await page(alice)).totalCount).toBe(1)
  })

  it('is over when the clock says so: everywhere, though nobody has tidied up', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(bob, alice)
    await block(alice, bob.id, inHours(1))
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('UNAVAILABLE')
    await runOut(alice, bob)
    expect(await page(alice)).toMatchObject({ edges: [], totalCount: 0 })
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect(await contacts(bob)).toEqual({ edges: [{ node: { id: alice.id } }], totalCount: 1 })
    expect(await unblock(alice, bob.id)).toMatchObject({ changed: false, block: null })
    expect((await verbs.followUser(bob, alice)).changed).toBe(true)
  })

  it('that has run out is no block to renew: the next one begins anew, and ends what grew meanwhile', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { since } = (await block(alice, bob.id, inHours(1))).block
    await runOut(alice, bob)
    await befriend(alice, bob)
    const renewed = await block(alice, bob.id)
    expect(renewed).toMatchObject({ changed: true, block: { expiresAt: null } })
    expect(Date.parse(renewed.block.since)).toBeGreaterThanOrEqual(Date.parse(since))
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
  })
})

describe('the blocked', () => {
  it('meets the blocker as an id that nobody ever had: entity, relationship and every field, byte for byte', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await befriend(bob, carol)
    await verbs.followUser(carol, alice)
    await verbs.addContact(bob, alice)
    await block(alice, bob.id)
    const unknown = { id: newUserId() }
    const answer = aboutAnybody(await bob.ask(Everything, represent(alice.id)), alice)
    expect(answer).toEqual([
      200,
      expect.stringContaining('"contacts":null,"friends":null,"blocks":null'),
    ])
    expect(answer).toEqual([200, expect.not.stringContaining('errors')])
    expect(answer).toEqual(aboutAnybody(await bob.ask(Everything, represent(unknown.id)), unknown))
  })

  it('gets from every verb what an id that nobody ever had gets, byte for byte', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(bob, alice)
    await block(alice, bob.id)
    const unknown = { id: newUserId() }
    const tried = [
      'addContact',
      'removeContact',
      'followUser',
      'unfollowUser',
      'removeFollower',
      'requestFriend',
    ] as const
    for (const name of [...tried, 'removeFriend', 'askClose', 'stepDown'] as const) {
      const [one, other] = [await verbs[name](bob, unknown), await verbs[name](bob, alice)]
      expect(JSON.stringify(other).replaceAll(alice.id, 'ID'), name).toBe(
        JSON.stringify(one).replaceAll(unknown.id, 'ID'),
      )
    }
    expect(await events(alice, bob)).toEqual(['services: block.changed'])
  })

  it('loses sight of the blocker among their contacts, and sees them again afterwards', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    for (const other of [alice, carol]) await verbs.addContact(bob, other)
    await block(alice, bob.id)
    expect(await contacts(bob)).toEqual({ edges: [{ node: { id: carol.id } }], totalCount: 1 })
    await unblock(alice, bob.id)
    expect(await contacts(bob)).toMatchObject({ totalCount: 2 })
  })

  it('cannot read the block, nor hear of it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await block(alice, bob.id)
    const { data, errors } = await bob.ask(BlocksOf, represent(alice.id))
    expect({ data, errors }).toEqual({
      data: { _entities: [{ id: alice.id, blocks: null }] },
      errors: [],
    })
    expect(await events(alice, bob)).toEqual(['services: block.changed'])
  })
})

describe('the blocker', () => {
  it('is told that they block, by every verb that would make a relationship', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await block(alice, bob.id)
    for (const verb of [verbs.addContact, verbs.followUser, verbs.requestFriend]) {
      expect(codeOf(await verb(alice, bob))).toBe('BLOCKED_BY_YOU')
    }
    expect((await contacts(alice)).totalCount).toBe(0)
  })
})

describe('a list of blocks', () => {
  it('is ordered newest first, and cut at twenty unless told otherwise', async () => {
    const { blocker, ids } = await blockerOf(22)
    const first = await page(blocker)
    expect(idsOf(first)).toEqual(ids.slice(0, 20))
    expect(first.totalCount).toBe(22)
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[19].cursor,
    })
    const second = await page(blocker, { after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual(ids.slice(20))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  it('orders blocks of one instant by id, and no page skips or repeats one', async () => {
    const { blocker, ids } = await blockerOf(7)
    await app.admin.query('update user_blocks set created_at = now() where blocker_user_id = $1', [
      blocker.id,
    ])
    const seen: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const part = await page(blocker, { first: 2, after })
      seen.push(...idsOf(part))
      ;({ endCursor: after, hasNextPage: more } = part.pageInfo)
    }
    expect(seen).toEqual(ids.sort().reverse())
  })

  it('leaves out what has run out before the page is cut, and counts what can be paged through', async () => {
    const { blocker, ids } = await blockerOf(5)
    const [one, two, three, four, five] = ids
    await runOut(blocker, { id: two ?? '' })
    await runOut(blocker, { id: four ?? '' })
    const first = await page(blocker, { first: 2 })
    expect(idsOf(first)).toEqual([one, three])
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    const rest = await page(blocker, { first: 2, after: first.pageInfo.endCursor })
    expect(idsOf(rest)).toEqual([five])
    expect(rest.pageInfo.hasNextPage).toBe(false)
  })

  it('refuses a number out of range, and a cursor that it did not give', async () => {
    const { blocker } = await blockerOf(1)
    const { blocker: other } = await blockerOf(1)
    const foreign = (await page(other)).pageInfo.endCursor
    for (const variables of [
      ...[0, 101].map((first) => ({ first })),
      ...[foreign, 'x'].map((after) => ({ after })),
    ]) {
      const { data, errors } = await blocker.ask(Blocks, variables)
      expect(data.viewer.blocks).toBeNull()
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })

  it('is its owner’s and services’ to read, and nobody else’s', async () => {
    const { blocker, ids } = await blockerOf(2)
    const [bob] = await app.people('bob')
    for (const asker of [bob, app.nobody]) {
      const { data, errors } = await asker.ask(BlocksOf, represent(blocker.id))
      expect(data._entities).toEqual([{ id: blocker.id, blocks: null }])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
    const absent = newUserId()
    const { data, errors } = await app.service.ask(BlocksOf, represent(blocker.id, bob.id, absent))
    expect(errors).toEqual([])
    expect(idsOf(data._entities[0].blocks)).toEqual(ids)
    expect(data._entities[1].blocks).toMatchObject({ edges: [], totalCount: 0 })
    expect(data._entities[2]).toEqual({ id: absent, blocks: null })
  })
})

describe('where three blocks may stand', () => {
  it('a fourth is refused, until one is taken back or has run out', async () => {
    const [alice] = await strict.people('alice')
    const [one, two, three, four, five] = Array.from({ length: 5 }, () => ({ id: newUserId() }))
    if (!one || !two || !three || !four || !five) throw new Error('Five ids were made.')
    for (const other of [one, two, three]) await verbs.blockUser(alice, other)
    expect(await block(alice, four.id)).toMatchObject({
      changed: false,
      block: null,
      userErrors: [{ code: 'LIMIT_REACHED', field: null }],
    })
    expect(await block(alice, three.id)).toMatchObject({ changed: false, userErrors: [] })
    expect(await block(alice, three.id, inHours(1))).toMatchObject({
      changed: true,
      userErrors: [],
    })
    await unblock(alice, one.id)
    expect((await block(alice, four.id)).changed).toBe(true)
    await strict.admin.query(
      `update user_blocks set expires_at = now() where blocked_user_id = $1`,
      [three.id],
    )
    expect((await block(alice, five.id)).changed).toBe(true)
    expect(codeOf(await block(alice, three.id))).toBe('LIMIT_REACHED')
  })

  it('exactly three of twenty at the same instant go through', async () => {
    const [alice] = await strict.people('alice')
    const answers = await Promise.all(Array.from({ length: 20 }, () => block(alice, newUserId())))
    expect(answers.filter(({ changed }) => changed)).toHaveLength(3)
    expect(answers.filter((answer) => codeOf(answer) === 'LIMIT_REACHED')).toHaveLength(17)
    expect((await page(alice)).totalCount).toBe(3)
  })

  it('exactly three of twenty in one document, by aliases, go through', async () => {
    const [alice] = await strict.people('alice')
    const aliases = Array.from({ length: 20 }, (_, index) => {
      return `block${index}: blockUser(userId: "${newUserId()}") { changed userErrors { code } }`
    })
    const { data } = await alice.ask(`mutation { ${aliases.join(' ')} }`)
    const changes = Object.values<{ changed: boolean }>(data).map(({ changed }) => changed)
    expect(changes).toEqual([...Array<boolean>(3).fill(true), ...Array<boolean>(17).fill(false)])
  })
})

describe('past the service, with the login’s password', () => {
  /** What SQL answers to a person, in a transaction that is taken back. */
  async function inSql(person: Person, sql: string, values: string[]): Promise<number | string> {
    const client = new pg.Client({ connectionString: app.config.database.url })
    await client.connect()
    try {
      await client.query(
        `begin; set local role connections_app; set local app.user_id = '${person.id}'`,
      )
      return (await client.query(sql, values)).rowCount ?? 0
    } catch (error) {
      return String(error)
    } finally {
      await client.end()
    }
  }

  it('the blocked reads, changes and ends no block, and follows nobody across it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await block(alice, bob.id)
    expect(await inSql(bob, 'select from user_blocks', [])).toBe(0)
    expect(await inSql(bob, 'update user_blocks set expires_at = now()', [])).toBe(0)
    expect(await inSql(bob, 'delete from user_blocks', [])).toBe(0)
    for (const [follower, target] of [
      [bob, alice],
      [alice, bob],
    ] as const) {
      const follow = 'insert into user_follows (follower_user_id, target_user_id) values ($1, $2)'
      expect(await inSql(follower, follow, [follower.id, target.id])).toMatch('row-level security')
    }
  })

  it('nobody blocks in somebody else’s name', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const insert = 'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)'
    expect(await inSql(alice, insert, [alice.id, bob.id])).toBe(1)
    expect(await inSql(bob, insert, [alice.id, newUserId()])).toMatch('row-level security')
  })
})

describe('at the same instant', () => {
  it('twenty blocks of one person make one, once, told once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const answers = await Promise.all(Array.from({ length: 20 }, () => block(alice, bob.id)))
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([])
    expect(await events(alice, bob)).toEqual(['services: block.changed'])
  })

  it('two people blocking each other both do, whatever stood between them', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, () => app.people('alice', 'bob')))
    for (const [alice, bob] of pairs) {
      await befriend(alice, bob)
      await verbs.followUser(alice, bob)
    }
    const answers = await Promise.all(
      pairs.flatMap(([alice, bob]) => [block(alice, bob.id), block(bob, alice.id)]),
    )
    expect(answers.filter(({ changed }) => changed)).toHaveLength(40)
    for (const [alice, bob] of pairs) {
      expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, isBlocking: true })
      expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isBlocking: true })
    }
  })
})

describe('what it costs', () => {
  it('one block or fifty, of one person or of fifty: the same statements', async () => {
    const owners = await Promise.all(Array.from({ length: 50 }, (_, index) => blockerOf(index + 1)))
    const ids = owners.map(({ blocker }) => blocker.id)
    const one = await app.service.ask(BlocksOf, represent(...ids.slice(0, 1)))
    const fifty = await app.service.ask(BlocksOf, represent(...ids))
    expect(
      fifty.data._entities.map(
        ({ blocks }: { blocks: { totalCount: number } }) => blocks.totalCount,
      ),
    ).toEqual(owners.map(({ ids: blocked }) => blocked.length))
    expect(fifty.statements).toEqual(['blocks.pages', 'blocks.count'])
    expect(one.statements).toEqual(fifty.statements)
  })

  it('a block: two locks, one look, the row, the end of all relationships, the event', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const verb = (name: string) =>
      `mutation ($userId: ID!) { ${name}(userId: $userId) { changed } }`
    expect((await alice.ask(verb('blockUser'), { userId: bob.id })).statements).toEqual([
      'pairs.lock',
      'caps.lock',
      'blocks.situation',
      'pairs.sever',
      'blocks.upsert',
      'outbox.recordBlock',
    ])
    expect((await alice.ask(verb('unblockUser'), { userId: bob.id })).statements).toEqual([
      'pairs.lock',
      'blocks.delete',
    ])
  })
})

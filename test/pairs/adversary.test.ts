import { describe, expect, it } from 'vitest'
import { dispatchEvents } from '../support/events.ts'
import { keepsInvariants } from '../support/invariants.ts'
import { type Asker, newUserId, openTestService, type Person } from '../support/test-service.ts'
import {
  befriend,
  codeOf,
  ConsumeContactLink,
  links,
  PreviewContactLink,
  relationshipOf,
  requests,
  strangers,
  verbs,
} from '../support/verbs.ts'

// The attacks that must fail, by their numbers. Alice blocks, bob is blocked, carol is a third
// person.
const app = await openTestService()
keepsInvariants(app)

/**
 * The body, with the person's id blanked: what is left must not depend on why the person is absent.
 */
async function bodyAbout(asker: Asker, document: string, id: string): Promise<string> {
  const { body } = await asker.ask(document, { id })
  return body.replaceAll(id, '<id>')
}

/** Everything that can be asked about a person, through root fields, entities and aliases. */
const questions = [
  `query ($id: ID!) { relationships(userIds: [$id]) {
     user { id } isContact isFollowing isFollowedBy friendshipLevel friendsSince isBlocking mutualFriendCount
     canMessage canInvite canFollow canAddContact canRequestFriend canUpgrade
     outgoingRequest { id } incomingRequest { id }
     see: can(action: SEE) { allowed reason } add: can(action: ADD_CONTACT) { allowed reason }
     follow: can(action: FOLLOW) { allowed reason } ask: can(action: REQUEST_FRIEND) { allowed reason }
     message: can(action: MESSAGE) { allowed reason } invite: can(action: INVITE) { allowed reason }
     upgrade: can(action: UPGRADE) { allowed reason }
   } }`,
  `query ($id: ID!) { user(id: $id) {
     id username profile { displayName } followers { edges { node { id } } totalCount } mutualFriends { totalCount }
     relationship { isContact canMessage canFollow can(action: SEE) { allowed reason } }
   } fetch__User(id: $id) { id username relationship { isFollowedBy canRequestFriend } } }`,
  `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
     id username profile { displayName sportPreferences }
     followers { edges { node { id } } pageInfo { endCursor hasNextPage } totalCount }
     following { edges { node { id } } pageInfo { endCursor hasNextPage } totalCount }
     mutualFriends { edges { node { id } } totalCount }
     relationship { isContact isFollowing isFollowedBy friendshipLevel isBlocking can(action: SEE) { allowed reason } }
     contacts { totalCount } contactLinks { totalCount } friends { totalCount } requests(direction: INCOMING) { totalCount }
     blocks { totalCount } privacySettings { discoverable } quotas { remaining }
   } } }`,
]
const mutations = [
  'addContact',
  'removeContact',
  'followUser',
  'unfollowUser',
  'removeFollower',
  'requestFriend',
  'removeFriend',
].map(
  (
    name,
  ) => `mutation ($id: ID!) { one: ${name}(userId: $id) { ...all } two: ${name}(userId: $id) { ...all } }
    fragment all on ${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Payload {
      changed user { id } relationship { isContact isFollowing isFollowedBy friendshipLevel outgoingRequest { id } }
      userErrors { code message field retryAt }
    }`,
)

async function rowsBetween(one: Person, other: Person) {
  const { rows } = await app.admin.query(
    `select (select count(*) from user_friends where user_id in ($1, $2) and friend_id in ($1, $2))::int as friends,
            (select count(*) from user_follows where follower_user_id in ($1, $2) and target_user_id in ($1, $2))::int as follows,
            (select count(*) from user_friend_requests
              where requester_user_id in ($1, $2) and target_user_id in ($1, $2)
                and status in ('pending', 'rejected'))::int as requests,
            (select count(*) from contact_link_uses where user_id in ($1, $2) and maker_user_id in ($1, $2))::int as links`,
    [one.id, other.id],
  )
  return rows[0]
}
const noRows = { friends: 0, follows: 0, requests: 0, links: 0 }

describe('what the blocked may still do', () => {
  it('1. asking to be friends: as absent; no row, no event, no quota moves', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const before = await app.admin.query('select from outbox')
    expect(codeOf(await verbs.requestFriend(bob, alice))).toBe('UNAVAILABLE')
    expect(await rowsBetween(alice, bob)).toEqual(noRows)
    expect((await app.admin.query('select from outbox')).rowCount).toBe(before.rowCount)
    expect(
      (await app.admin.query('select from quota_uses where user_id = $1', [bob.id])).rowCount,
    ).toBe(0)
  })

  it('2. a request from before the block is in neither list afterwards', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(bob, alice)
    await verbs.blockUser(alice, bob)
    expect((await requests(alice, { direction: 'INCOMING' })).totalCount).toBe(0)
    expect(await requests(bob, { direction: 'OUTGOING' })).toMatchObject({
      totalCount: 0,
      edges: [],
    })
    expect(codeOf(await verbs.accept(alice, request))).toBe('NOT_FOUND')
    expect(codeOf(await verbs.cancel(bob, request))).toBe('NOT_FOUND')
  })

  it('3. all that was between them is gone', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.askClose(bob, alice)
    await verbs.followUser(alice, bob)
    await verbs.followUser(bob, alice)
    await verbs.addContact(alice, bob)
    await verbs.addContact(bob, alice)
    for (const [maker, user] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      await links.consume(user, (await links.create(maker)).token)
    expect(await rowsBetween(alice, bob)).toMatchObject({ links: 2 })
    await verbs.blockUser(alice, bob)
    expect(await rowsBetween(alice, bob)).toEqual(noRows)
    expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, isBlocking: true })
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
  })

  it('6, 7. a link from before the block: as an unknown token; no use is counted, nothing is opened', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const unused = await links.create(alice)
    const used = await links.create(alice)
    await links.consume(bob, used.token)
    await verbs.removeContact(bob, alice)
    await verbs.blockUser(alice, bob)
    for (const document of [ConsumeContactLink, PreviewContactLink]) {
      const { body: absent } = await bob.ask(document, { token: 'A'.repeat(43) })
      for (const { token } of [unused, used]) {
        expect((await bob.ask(document, { token })).body).toBe(absent)
      }
    }
    expect(codeOf(await verbs.requestFriend(bob, alice))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('UNAVAILABLE')
    expect(await rowsBetween(alice, bob)).toEqual(noRows)
    const { rows } = await app.admin.query(
      `select sum(uses)::int as uses, (select count(*)::int from user_contacts where contact_user_id = $1) as contacts
         from contact_links where maker_user_id = $1`,
      [alice.id],
    )
    expect(rows).toEqual([{ uses: 1, contacts: 0 }])
  })

  it('7. in SQL as the app role, the token finds bob no link, and uses none', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { token } = await links.create(alice)
    await verbs.blockUser(alice, bob)
    const session = app.server.database.as({ kind: 'viewer', userId: bob.id })
    const { default: sql } = await import('sql-template-tag')
    const hash = sql`sha256(${token}::text::bytea)`
    expect(
      await session.read.rows('test.find', sql`select * from find_contact_links(array[${hash}])`),
    ).toEqual([])
    const used = await session.write((tx) =>
      tx.rows('test.use', sql`select use_contact_link(${hash}) as used`),
    )
    expect(used).toEqual([{ used: false }])
    await session.finish()
  })

  it('8. an unblock brings nothing back, and tells nobody', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const { token } = await links.create(alice)
    await links.consume(bob, token)
    await verbs.blockUser(alice, bob)
    await dispatchEvents(app)
    await verbs.unblockUser(alice, bob)
    expect(await rowsBetween(alice, bob)).toEqual(noRows)
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isContact: true })
    const { rows } = await app.admin.query(
      `select kind, audience from outbox where actor_user_id = $1 and kind like 'block%'`,
      [alice.id],
    )
    expect(rows).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'block.changed', audience: 'services' })),
    )
  })

  it('9. when both block and one unblocks, the other’s block stands', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(bob, alice)
    await verbs.unblockUser(alice, bob)
    expect(codeOf(await verbs.followUser(alice, bob))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.followUser(bob, alice))).toBe('BLOCKED_BY_YOU')
  })

  it('10. blocking oneself, somebody unknown, and twice', async () => {
    const [alice] = await app.people('alice')
    const unknown = { id: newUserId() }
    expect(codeOf(await verbs.blockUser(alice, alice))).toBe('SELF')
    expect(await verbs.blockUser(alice, unknown)).toMatchObject({ changed: true, userErrors: [] })
    expect(await verbs.blockUser(alice, unknown)).toMatchObject({ changed: false, userErrors: [] })
    const { rowCount } = await app.admin.query(
      'select from user_blocks where blocker_user_id = $1',
      [alice.id],
    )
    expect(rowCount).toBe(1)
  })
})

describe('what the blocked, or a third person, may learn', () => {
  it('6, 12, 13. every question about alice answers bob as one about nobody', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await befriend(bob, carol)
    await verbs.followUser(alice, carol)
    await verbs.addContact(bob, alice)
    await verbs.blockUser(alice, bob)
    for (const question of questions) {
      const absent = await bodyAbout(bob, question, newUserId())
      expect(await bodyAbout(bob, question, alice.id)).toBe(absent)
    }
  })

  it('6, 12. every verb of bob’s towards alice answers as one towards nobody', async () => {
    for (const mutation of mutations) {
      const [alice, bob] = await app.people('alice', 'bob')
      await verbs.addContact(bob, alice)
      await verbs.blockUser(alice, bob)
      const absent = await bodyAbout(bob, mutation, newUserId())
      expect(await bodyAbout(bob, mutation, alice.id), mutation).toBe(absent)
    }
  })

  it('13. lists of third people leave alice out of the page, the count and the cursors', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const follower of [alice, dave]) await verbs.followUser(follower, carol)
    await verbs.blockUser(alice, bob)
    const followers = async (asker: Asker) =>
      (
        await asker.ask(
          `{ _entities(representations: [{ __typename: "User", id: "${carol.id}" }]) {
            ... on User { followers(first: 1) { edges { node { id } } pageInfo { hasNextPage } totalCount } }
          } }`,
        )
      ).data._entities[0].followers
    const withoutAlice = {
      edges: [{ node: { id: dave.id } }],
      pageInfo: { hasNextPage: false },
      totalCount: 1,
    }
    expect(await followers(bob)).toEqual(withoutAlice)
    expect(await followers(carol)).toMatchObject({ totalCount: 2 })
    await verbs.unblockUser(alice, bob)
    await verbs.blockUser(bob, alice)
    expect(await followers(bob)).toEqual(withoutAlice)
  })

  it('13. an old cursor that points at alice still works, and shows nothing of her', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await verbs.followUser(dave, carol)
    await verbs.followUser(alice, carol)
    const document = `query ($after: String) { _entities(representations: [{ __typename: "User", id: "${carol.id}" }]) {
      ... on User { followers(first: 1, after: $after) { edges { cursor node { id } } } } } }`
    const first = (await bob.ask(document)).data._entities[0].followers.edges[0]
    expect(first.node.id).toBe(alice.id)
    await verbs.blockUser(alice, bob)
    const next = (await bob.ask(document, { after: first.cursor })).data._entities[0].followers
      .edges
    expect(next.map(({ node }: { node: object }) => node)).toEqual([{ id: dave.id }])
  })

  it('18. other people’s requests: there are none, and nothing changes', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { request } = await verbs.requestFriend(alice, bob)
    for (const verb of ['accept', 'reject', 'cancel'] as const) {
      const theirs = await verbs[verb](carol, request)
      const none = await verbs[verb](carol, { id: newUserId() })
      expect(theirs).toEqual(none)
      expect(codeOf(theirs)).toBe('NOT_FOUND')
    }
    expect(await relationshipOf(bob, alice)).toMatchObject({
      incomingRequest: { status: 'PENDING' },
    })
  })

  it('18. other people’s links: there are none, and nothing changes', async () => {
    const [alice, carol] = await app.people('alice', 'carol')
    const { link, token } = await links.create(alice)
    const theirs = await links.revoke(carol, link)
    expect(theirs).toEqual(await links.revoke(carol, { id: newUserId() }))
    expect(codeOf(theirs)).toBe('NOT_FOUND')
    expect((await links.consume(carol, token)).changed).toBe(true)
    const { data, errors } = await carol.ask(
      `{ _entities(representations: [{ __typename: "User", id: "${alice.id}" }]) { ... on User { contactLinks { totalCount } } } }`,
    )
    expect(data._entities).toEqual([{ contactLinks: null }])
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  })

  it('19. a hundred users at once: only what this viewer may see', async () => {
    const people = await app.people(
      ...Array.from({ length: 100 }, (_, index) => `p${String(index)}`),
    )
    const [bob] = await app.people('bob')
    const blockers = people.slice(0, 10)
    for (const blocker of blockers) await verbs.blockUser(blocker, bob)
    const { data, errors } = await bob.ask(
      `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id followers { totalCount } } } }`,
      { ids: people.map(({ id }) => ({ __typename: 'User', id })) },
    )
    expect(errors).toEqual([])
    const seen = data._entities.filter(
      ({ followers }: { followers: unknown }) => followers !== null,
    )
    expect(seen.map(({ id }: { id: string }) => id)).toEqual(people.slice(10).map(({ id }) => id))
    const anonymous = await app.nobody.ask(
      `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id relationship { isContact } friends { totalCount } } } }`,
      { ids: [{ __typename: 'User', id: bob.id }] },
    )
    expect(anonymous.data._entities).toEqual([{ id: bob.id, relationship: null, friends: null }])
  })

  it('20. closed to requests: no way in, by whatever question', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(bob, alice)
    await app.admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests, allow_follows) values ($1, 'nobody', 'nobody')`,
      [alice.id],
    )
    const [carol] = await app.people('carol')
    for (const verb of ['requestFriend', 'followUser']) {
      const name = `${verb[0]?.toUpperCase() ?? ''}${verb.slice(1)}Payload`
      const document = `mutation ($id: ID!) { ${verb}(userId: $id) { ...p } } fragment p on ${name} { changed user { id } userErrors { code message field } }`
      expect(await bodyAbout(carol, document, alice.id)).toBe(
        await bodyAbout(carol, document, newUserId()),
      )
    }
    expect((await verbs.accept(alice, request)).changed).toBe(true)
  })

  it('in SQL as the app role, bob reads nothing of alice’s block, nor of anybody’s relationships but his own', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await verbs.followUser(alice, carol)
    await verbs.requestFriend(bob, carol)
    await verbs.blockUser(alice, bob)
    const session = app.server.database.as({ kind: 'viewer', userId: bob.id })
    const { default: sql } = await import('sql-template-tag')
    const seen = await Promise.all(
      [
        'user_blocks',
        'user_friends',
        'user_follows',
        'user_privacy_settings',
        'user_friend_requests',
      ].map(
        async (table) =>
          (await session.read.rows(`test.${table}`, { text: `select * from ${table}`, values: [] }))
            .length,
      ),
    )
    expect(seen).toEqual([0, 0, 0, 0, 1])
    const visible = await session.read.rows(
      'test.visible',
      sql`select visible_users(array[${alice.id}, ${carol.id}]::uuid[]) as id`,
    )
    expect(visible).toEqual([{ id: carol.id }])
    await session.finish()
  })
})

describe('abuse', () => {
  it('26. ask, cancel, ask, cancel: bob hears of it once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (let round = 0; round < 5; round++) {
      const { request } = await verbs.requestFriend(alice, bob)
      await verbs.cancel(alice, request)
    }
    const { rowCount } = await app.admin.query('select from outbox where other_user_id = $1', [
      bob.id,
    ])
    expect(rowCount).toBe(1)
  })

  it('22. what hurts tells the other person nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.followUser(alice, bob)
    const { link, token } = await links.create(alice)
    await links.consume(bob, token)
    const told = async () =>
      (
        await app.admin.query(
          `select from outbox where other_user_id = $1 and audience = 'people'`,
          [bob.id],
        )
      ).rowCount
    const before = await told()
    await verbs.askClose(bob, alice)
    const [ask] = (await requests(alice, { direction: 'INCOMING', status: 'PENDING' })).edges
    await verbs.reject(alice, ask.node)
    await verbs.unfollowUser(alice, bob)
    await verbs.removeFollower(alice, bob)
    await verbs.removeFriend(alice, bob)
    await links.revoke(alice, link)
    await verbs.blockUser(alice, bob)
    await verbs.unblockUser(alice, bob)
    expect(await told()).toBe(before)
  })
})

describe('what services are told', () => {
  const Interactions = `query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) {
    actor { id } other { id } see message invite follow requestFriend friendshipLevel } }`
  const Hidden = `query ($id: ID!, $first: Int, $after: String) { hiddenFrom(userId: $id, first: $first, after: $after) {
    edges { cursor node } pageInfo { hasNextPage endCursor } totalCount } }`

  it('what each actor may do towards the other, in order', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await verbs.blockUser(alice, bob)
    const pairs = [
      [alice, carol],
      [bob, alice],
      [alice, bob],
      [bob, carol],
      [carol, carol],
    ] as const
    const { data, errors, statements } = await app.service.ask(Interactions, {
      pairs: pairs.map(([actor, other]) => ({ actorId: actor.id, otherId: other.id })),
    })
    expect(errors).toEqual([])
    const all = { see: true, message: true, invite: true, follow: true, requestFriend: true }
    const none = { see: false, message: false, invite: false, follow: false, requestFriend: false }
    const expected = [all, none, none, all, none]
    expect(data.interactions).toEqual(
      pairs.map(([actor, other], place) => ({
        actor: { id: actor.id },
        other: { id: other.id },
        ...expected[place],
        friendshipLevel: place === 0 ? 'FRIEND' : null,
      })),
    )
    expect(statements).toEqual(['pairs.statesOf'])
  })

  it('whom to leave out of what a person is shown, each once, page by page', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(bob, alice)
    await verbs.blockUser(carol, alice)
    const first = (await app.service.ask(Hidden, { id: alice.id, first: 1 })).data.hiddenFrom
    const second = (
      await app.service.ask(Hidden, { id: alice.id, first: 1, after: first.pageInfo.endCursor })
    ).data.hiddenFrom
    expect(
      [first, second].flatMap(({ edges }) => edges.map(({ node }: { node: string }) => node)),
    ).toEqual([bob.id, carol.id].sort())
    expect(second).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: false } })
  })

  it('and nobody else is', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const [asker, code] of [
      [alice, 'FORBIDDEN'],
      [app.nobody, 'UNAUTHENTICATED'],
    ] as const) {
      for (const [document, variables] of [
        [Interactions, { pairs: [{ actorId: alice.id, otherId: bob.id }] }],
        [Hidden, { id: alice.id }],
      ] as const) {
        const { errors } = await asker.ask(document, variables)
        expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      }
    }
  })
})

describe('many relationships at once', () => {
  const document = `query ($ids: [ID!]!) { relationships(userIds: $ids) {
    user { id } friendshipLevel mutualFriendCount outgoingRequest { id } can(action: REQUEST_FRIEND) { allowed } } }`

  it('come in the order of the ids, a hundred for the statements of one', async () => {
    const [alice] = await app.people('alice')
    const people = await app.people(
      ...Array.from({ length: 100 }, (_, index) => `p${String(index)}`),
    )
    const ids = people.map(({ id }) => id)
    const hundred = await alice.ask(document, { ids })
    expect(hundred.data.relationships.map(({ user }: { user: { id: string } }) => user.id)).toEqual(
      ids,
    )
    const one = await alice.ask(document, { ids: ids.slice(0, 1) })
    expect(hundred.statements).toEqual(['pairs.states', 'mutualFriends.count'])
    expect(one.statements).toEqual(hundred.statements)
  })

  it('refuse more than a hundred, what is no id, and the anonymous', async () => {
    const [alice] = await app.people('alice')
    const code = async (asker: Asker, ids: string[]) =>
      (await asker.ask(document, { ids })).errors[0]?.extensions.code
    expect(await code(alice, Array.from({ length: 101 }, newUserId))).toBe('BAD_USER_INPUT')
    expect(await code(alice, [alice.id])).toBeUndefined()
    expect(await code(alice, ['bob'])).toBe('BAD_USER_INPUT')
    expect(await code(app.nobody, [alice.id])).toBe('UNAUTHENTICATED')
  })
})

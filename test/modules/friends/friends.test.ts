import { describe, expect, it } from 'vitest'
import { blanks, escape } from '../../support/blanks.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
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

const Friends = `query ($first: Int, $after: String, $level: FriendshipLevel, $orderBy: FriendOrder) {
  viewer { friends(first: $first, after: $after, level: $level, orderBy: $orderBy) {
    edges { cursor node { id } level since } pageInfo { hasNextPage endCursor } totalCount
  } }
}`
const friends = async (asker: Asker, variables = {}) =>
  (await asker.ask(Friends, variables)).data.viewer.friends
const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id)
const events = async (...people: Person[]) =>
  (
    await app.admin.query<{ kind: string; actor_user_id: string }>(
      'select kind, actor_user_id from outbox where actor_user_id = any ($1) and other_user_id = any ($1) order by version',
      [people.map(({ id }) => id)],
    )
  ).rows.map(
    ({ kind, actor_user_id: actor }) =>
      `${people.find(({ id }) => id === actor)?.name ?? '?'}: ${kind}`,
  )
const expire = (id: string) =>
  app.admin.query(
    `update user_friend_requests set created_at = now() - interval '31 days', expires_at = now() - interval '1 day' where id = $1`,
    [id],
  )

describe('asking to be friends', () => {
  it('is seen by both, and told to bob', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const asked = await verbs.requestFriend(alice, bob)
    expect(asked).toMatchObject({
      changed: true,
      request: { level: 'FRIEND', status: 'PENDING' },
      userErrors: [],
    })
    expect(await relationshipOf(bob, alice)).toEqual({
      ...strangers,
      incomingRequest: { level: 'FRIEND', status: 'PENDING' },
    })
    expect(idsOf(await requests(bob, { direction: 'INCOMING', status: 'PENDING' }))).toEqual([
      asked.request.id,
    ])
    expect(idsOf(await requests(alice, { direction: 'OUTGOING' }))).toEqual([asked.request.id])
    expect(await events(alice, bob)).toEqual(['alice: friend_request.created'])
  })

  it('again is the same request', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const first = await verbs.requestFriend(alice, bob)
    expect(await verbs.requestFriend(alice, bob)).toMatchObject({
      changed: false,
      request: { id: first.request.id },
      userErrors: [],
    })
  })

  it('each other makes friends, with one event', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const asked = await verbs.requestFriend(alice, bob)
    const crossed = await verbs.requestFriend(bob, alice)
    expect(crossed).toMatchObject({
      changed: true,
      request: { id: asked.request.id, status: 'ACCEPTED' },
      relationship: { friendshipLevel: 'FRIEND' },
    })
    expect(idsOf(await friends(alice))).toEqual([bob.id])
    expect(idsOf(await friends(bob))).toEqual([alice.id])
    expect(await events(alice, bob)).toEqual([
      'alice: friend_request.created',
      'bob: friend_request.accepted',
    ])
  })

  it('a friend changes nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    expect(await verbs.requestFriend(alice, bob)).toMatchObject({
      changed: false,
      request: null,
      userErrors: [],
    })
  })

  it('somebody absent, oneself, or what is no id, is refused', async () => {
    const [alice] = await app.people('alice')
    expect(codeOf(await verbs.requestFriend(alice, { id: newUserId() }))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.requestFriend(alice, alice))).toBe('SELF')
    expect(codeOf(await verbs.requestFriend(alice, { id: 'bob' }))).toBe('INVALID_INPUT')
  })

  it('may carry 120 characters, which a stranger’s target reads by choice', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const document = `mutation ($id: ID!, $message: String) {
      requestFriend(userId: $id, message: $message) { changed userErrors { code field } }
    }`
    const ask = async (message: string) =>
      (await alice.ask(document, { id: bob.id, message })).data.requestFriend
    for (const bad of ['🎲'.repeat(121), 'a\u0000b']) {
      expect(await ask(bad)).toEqual({
        changed: false,
        userErrors: [{ code: 'INVALID_INPUT', field: ['message'] }],
      })
    }
    expect(await ask(` ${'🎲'.repeat(120)} `)).toEqual({ changed: true, userErrors: [] })

    const unread = (await requests(bob, { direction: 'INCOMING' })).edges[0].node
    expect(unread).toMatchObject({ hasMessage: true, message: null })
    const revealed = await bob.ask(
      '{ viewer { requests(direction: INCOMING) { edges { node { message(reveal: true) } } } } }',
    )
    expect(revealed.data.viewer.requests.edges[0].node.message).toBe('🎲'.repeat(120))
    expect((await requests(alice, { direction: 'OUTGOING' })).edges[0].node.message).toBe(
      '🎲'.repeat(120),
    )

    await befriend(alice, carol)
    await befriend(bob, carol)
    const shared = (await requests(bob, { direction: 'INCOMING' })).edges[0].node
    expect(shared.message).toBe('🎲'.repeat(120))
  })

  it('carries no message when nothing in that is visible', async () => {
    const [alice] = await app.people('alice')
    for (const message of blanks) {
      const [bob] = await app.people('bob')
      const { data } = await alice.ask(
        `mutation ($id: ID!, $message: String) { requestFriend(userId: $id, message: $message) { changed } }`,
        { id: bob.id, message },
      )
      expect(data.requestFriend, escape(message)).toEqual({ changed: true })
      const { node } = (await requests(bob, { direction: 'INCOMING' })).edges[0]
      expect(node, escape(message)).toMatchObject({ hasMessage: false })
    }
  })

  it('depends on whom the target lets ask', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const allow = (audience: string) =>
      app.admin.query(
        `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, $2)
             on conflict (user_id) do update set allow_friend_requests = $2`,
        [bob.id, audience],
      )
    await allow('nobody')
    const closed = await alice.ask(
      `mutation { requestFriend(userId: "${bob.id}") { changed userErrors { code message field } } }`,
    )
    const nobody = newUserId()
    const absent = await alice.ask(
      `mutation { requestFriend(userId: "${nobody}") { changed userErrors { code message field } } }`,
    )
    expect(closed.body).toBe(absent.body)

    await allow('friends_of_friends')
    expect(codeOf(await verbs.requestFriend(alice, bob))).toBe('UNAVAILABLE')
    await befriend(alice, carol)
    await verbs.requestFriend(bob, carol)
    await verbs.requestFriend(carol, bob)
    expect(codeOf(await verbs.requestFriend(alice, bob))).toBeNull()
  })

  it('does not count a shared friend whom one of the three hides', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await befriend(bob, carol)
    const show = (person: Person, shown: boolean, audience = 'everyone') =>
      app.admin.query(
        `insert into user_privacy_settings (user_id, show_in_mutual_friends, allow_friend_requests) values ($1, $2, $3)
             on conflict (user_id) do update set show_in_mutual_friends = $2`,
        [person.id, shown, audience],
      )
    await show(bob, true, 'friends_of_friends')
    const mayAsk = async () => {
      const own = await alice.ask(
        `{ relationships(userIds: ["${bob.id}"]) { can(action: REQUEST_FRIEND) { allowed reason } } }`,
      )
      const told = await app.service.ask(
        `{ interactions(pairs: [{ actorId: "${alice.id}", otherId: "${bob.id}" }]) { requestFriend } }`,
      )
      return [own.data.relationships[0].can.allowed, told.data.interactions[0].requestFriend]
    }
    expect(await mayAsk()).toEqual([true, true])
    const shared = (
      await alice.ask(
        `mutation { requestFriend(userId: "${bob.id}") { changed userErrors { code message field } } }`,
      )
    ).data.requestFriend
    expect(shared).toEqual({ changed: true, userErrors: [] })
    await app.admin.query(
      'delete from user_friend_requests where requester_user_id = $1 and target_user_id = $2',
      [alice.id, bob.id],
    )
    const [dave] = await app.people('dave')
    await app.admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, 'friends_of_friends')`,
      [dave.id],
    )
    const towards = ({ id }: Person) =>
      alice
        .ask(
          `mutation { requestFriend(userId: "${id}") { changed userErrors { code message field } } }`,
        )
        .then(({ body }) => body)
    const stranger = await towards(dave)
    for (const hiding of [carol, alice, bob]) {
      await show(hiding, false)
      expect(await mayAsk(), hiding.name).toEqual([false, false])
      expect(await towards(bob), hiding.name).toBe(stranger)
      await show(hiding, true)
      expect(await mayAsk(), hiding.name).toEqual([true, true])
    }
  })

  it('goes through to somebody closed who has asked first', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await app.admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, 'nobody')`,
      [bob.id],
    )
    await verbs.requestFriend(bob, alice)
    expect((await verbs.requestFriend(alice, bob)).relationship.friendshipLevel).toBe('FRIEND')
  })

  it('one hundred people is as many as can be open', async () => {
    const [alice, last] = await app.people('alice', 'last')
    await app.admin.query(
      `with people as (insert into users (id) select gen_random_uuid() from generate_series(1, 100) returning id)
       insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, responded_at, expires_at)
       select $1, id, 'friend', 'rejected', now(), now() + interval '1 day' from people`,
      [alice.id],
    )
    expect(codeOf(await verbs.requestFriend(alice, last))).toBe('LIMIT_REACHED')
    await app.admin.query(
      `update user_friend_requests set expires_at = now()
        where id = (select id from user_friend_requests where requester_user_id = $1 limit 1)`,
      [alice.id],
    )
    expect(codeOf(await verbs.requestFriend(alice, last))).toBeNull()
  })
})

describe('declining', () => {
  it('is silent: to alice the request stays pending, and asking again is the same request', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    expect(await verbs.reject(bob, request)).toMatchObject({
      changed: true,
      request: { status: 'REJECTED' },
    })

    expect(await verbs.requestFriend(alice, bob)).toMatchObject({
      changed: false,
      request: { id: request.id, status: 'PENDING' },
    })
    const outgoing = await requests(alice, { direction: 'OUTGOING', status: 'PENDING' })
    expect(outgoing.edges.map(({ node }: { node: object }) => node)).toEqual([
      expect.objectContaining({ id: request.id, status: 'PENDING', respondedAt: null }),
    ])
    expect(outgoing.totalCount).toBe(1)
    expect((await requests(alice, { direction: 'OUTGOING', status: 'REJECTED' })).totalCount).toBe(
      0,
    )
    expect(await relationshipOf(alice, bob)).toEqual({
      ...strangers,
      outgoingRequest: { level: 'FRIEND', status: 'PENDING' },
    })
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
    expect(await events(alice, bob)).toEqual(['alice: friend_request.created'])
  })

  it('can be undone by accepting, until the request expires', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await verbs.reject(bob, request)
    const [declined] = (await requests(bob, { direction: 'INCOMING', status: 'REJECTED' })).edges
    expect(await verbs.accept(bob, declined.node)).toMatchObject({
      changed: true,
      relationship: { friendshipLevel: 'FRIEND' },
    })
  })

  it('does not keep bob from asking, which crosses', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await verbs.reject(bob, request)
    expect((await verbs.requestFriend(bob, alice)).relationship.friendshipLevel).toBe('FRIEND')
  })

  it('makes alice’s next request a quiet one, told to nobody', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await verbs.reject(bob, request)
    await expire(request.id)
    expect((await requests(alice, { direction: 'OUTGOING', status: 'EXPIRED' })).totalCount).toBe(1)
    const again = await verbs.requestFriend(alice, bob)
    expect(again.changed).toBe(true)
    expect(idsOf(await requests(bob, { direction: 'INCOMING', status: 'PENDING' }))).toEqual([])
    expect(idsOf(await requests(bob, { direction: 'INCOMING', quiet: true }))).toEqual([
      again.request.id,
    ])
    expect(await events(alice, bob)).toEqual(['alice: friend_request.created'])
    expect((await verbs.accept(bob, again.request)).changed).toBe(true)
  })

  it('looks, taken back by alice, as a pending one would', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await verbs.reject(bob, request)
    expect(await verbs.cancel(alice, request)).toMatchObject({
      changed: true,
      request: { status: 'CANCELED' },
    })
    expect(codeOf(await verbs.accept(bob, request))).toBe('REQUEST_CLOSED')
  })
})

describe('answering and canceling', () => {
  it('twice is once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    expect((await verbs.accept(bob, request)).changed).toBe(true)
    expect(await verbs.accept(bob, request)).toMatchObject({ changed: false, userErrors: [] })
    expect(codeOf(await verbs.reject(bob, request))).toBe('REQUEST_CLOSED')
    expect(codeOf(await verbs.cancel(alice, request))).toBe('REQUEST_CLOSED')
  })

  it('belongs to the right side; for anybody else there is no such request', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { request } = await verbs.requestFriend(alice, bob)
    const refused = [
      await verbs.accept(alice, request),
      await verbs.reject(alice, request),
      await verbs.cancel(bob, request),
      await verbs.accept(carol, request),
      await verbs.cancel(carol, request),
      await verbs.accept(carol, { id: newUserId() }),
    ]
    expect(refused.map(codeOf)).toEqual(Array.from(refused, () => 'NOT_FOUND'))
    expect(codeOf(await verbs.accept(bob, { id: 'x' }))).toBe('INVALID_INPUT')
    expect(await relationshipOf(alice, bob)).toMatchObject({
      outgoingRequest: { status: 'PENDING' },
    })
  })

  it('a request that has expired by the clock is too late', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await expire(request.id)
    for (const refused of [
      await verbs.accept(bob, request),
      await verbs.reject(bob, request),
      await verbs.cancel(alice, request),
    ]) {
      expect(codeOf(refused)).toBe('REQUEST_CLOSED')
    }
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect((await requests(bob, { direction: 'INCOMING', status: 'PENDING' })).totalCount).toBe(0)
    expect((await requests(bob, { direction: 'INCOMING', status: 'EXPIRED' })).totalCount).toBe(1)
    expect((await verbs.requestFriend(alice, bob)).changed).toBe(true)
  })

  it('is not stopped by privacy that changed since', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    await app.admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, 'nobody'), ($2, 'nobody')`,
      [alice.id, bob.id],
    )
    expect((await verbs.accept(bob, request)).changed).toBe(true)
  })

  it('stops at five thousand friends, on either side', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await app.admin.query(
      `with people as (insert into users (id) select gen_random_uuid() from generate_series(1, 5000) returning id)
       insert into user_friends (user_id, friend_id, friendship_level)
       select $1::uuid, id, 'friend' from people union all select id, $1::uuid, 'friend' from people`,
      [alice.id],
    )
    const { request } = await verbs.requestFriend(alice, bob)
    expect(codeOf(await verbs.accept(bob, request))).toBe('LIMIT_REACHED')
    expect(await relationshipOf(bob, alice)).toMatchObject({
      incomingRequest: { status: 'PENDING' },
      friendshipLevel: null,
    })
  })
})

describe('close friends', () => {
  it('takes both: a request, and its answer', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const asked = await verbs.askClose(alice, bob)
    expect(asked).toMatchObject({ changed: true, request: { level: 'CLOSE', status: 'PENDING' } })
    expect((await relationshipOf(bob, alice)).friendshipLevel).toBe('FRIEND')
    expect(await verbs.askClose(bob, alice)).toMatchObject({
      changed: true,
      request: { id: asked.request.id },
    })
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      expect(await relationshipOf(one, other)).toEqual({ ...strangers, friendshipLevel: 'CLOSE' })
    }
    expect(await verbs.askClose(alice, bob)).toMatchObject({ changed: false, userErrors: [] })
  })

  it('is for friends only', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(codeOf(await verbs.askClose(alice, bob))).toBe('NOT_FRIENDS')
    expect(codeOf(await verbs.stepDown(alice, bob))).toBe('NOT_FRIENDS')
  })

  it('ends for both at once, silently, when one steps down', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await makeClose(alice, bob)
    const before = await events(alice, bob)
    const since = (await friends(alice)).edges[0].since
    expect(await verbs.stepDown(alice, bob)).toMatchObject({ changed: true, request: null })
    expect((await friends(bob)).edges[0]).toMatchObject({ level: 'FRIEND', since })
    expect(await verbs.stepDown(alice, bob)).toMatchObject({ changed: false })
    expect(await events(alice, bob)).toEqual(before)
  })

  it('stepping down takes back one’s open request, and not the other’s', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.askClose(alice, bob)
    expect((await verbs.stepDown(bob, alice)).changed).toBe(false)
    expect((await relationshipOf(alice, bob)).outgoingRequest).toEqual({
      level: 'CLOSE',
      status: 'PENDING',
    })
    expect((await verbs.stepDown(alice, bob)).changed).toBe(true)
    expect((await relationshipOf(bob, alice)).incomingRequest).toBeNull()
  })
})

describe('ending a friendship', () => {
  it('ends it for both, with an open request to become close; follows and contacts stay', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.followUser(alice, bob)
    await verbs.addContact(alice, bob)
    await verbs.askClose(bob, alice)
    const before = await events(alice, bob)
    expect(await verbs.removeFriend(alice, bob)).toMatchObject({
      changed: true,
      user: { id: bob.id },
    })
    expect(await relationshipOf(alice, bob)).toEqual({
      ...strangers,
      isContact: true,
      isFollowing: true,
    })
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isFollowedBy: true })
    expect(await events(alice, bob)).toEqual(before)
    expect(await verbs.removeFriend(alice, bob)).toMatchObject({ changed: false, userErrors: [] })
    expect(await verbs.removeFriend(alice, { id: newUserId() })).toMatchObject({
      changed: false,
      userErrors: [],
    })
  })
})

describe('the list of friends', () => {
  it('is newest first, ties in time by id, and a cursor never skips or repeats', async () => {
    const [alice, ...others] = await app.people('alice', 'b', 'c', 'd', 'e', 'f')
    for (const other of others) await befriend(alice, other)
    await app.admin.query(
      'update user_friends set created_at = now() where user_id = $1 or friend_id = $1',
      [alice.id],
    )
    const expected = others
      .map(({ id }) => id)
      .sort()
      .reverse()
    const first = await friends(alice, { first: 2 })
    const second = await friends(alice, { first: 2, after: first.pageInfo.endCursor })
    const third = await friends(alice, { first: 2, after: second.pageInfo.endCursor })
    expect([first, second, third].flatMap(idsOf)).toEqual(expected)
    expect(third.pageInfo.hasNextPage).toBe(false)
    expect(first.totalCount).toBe(5)
  })

  it('puts close friends first when asked, and pages across the levels', async () => {
    const [alice, bob, carol, dave, erin] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    )
    await makeClose(alice, bob)
    await befriend(alice, carol)
    await makeClose(alice, dave)
    await befriend(alice, erin)
    const seen: string[] = []
    let after: string | null = null
    do {
      const page = await friends(alice, { first: 1, orderBy: 'CLOSE_FIRST', after })
      seen.push(...idsOf(page))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(seen).toEqual([dave.id, bob.id, erin.id, carol.id])
    expect(idsOf(await friends(alice, { level: 'CLOSE' }))).toEqual([dave.id, bob.id])
    expect((await friends(alice, { level: 'CLOSE' })).totalCount).toBe(2)
  })

  it('is private, and a cursor fits its own list only', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const ofAlice = `{ _entities(representations: [{ __typename: "User", id: "${alice.id}" }]) { ... on User { friends { totalCount } requests(direction: INCOMING) { totalCount } } } }`
    const spied = await bob.ask(ofAlice)
    expect(spied.data._entities).toEqual([{ friends: null, requests: null }])
    expect(spied.errors.map(({ extensions }) => extensions.code)).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
    ])
    expect((await app.service.ask(ofAlice)).data._entities[0].friends.totalCount).toBe(1)
    const cursor = (await friends(alice)).edges[0].cursor
    for (const variables of [
      { after: cursor, orderBy: 'CLOSE_FIRST' },
      { after: cursor, level: 'CLOSE' },
      { first: 0 },
      { first: 101 },
    ]) {
      const { errors } = await alice.ask(Friends, variables)
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })
})

describe('mutual friends', () => {
  const mutual = async (asker: Asker, other: Person) =>
    (
      await asker.ask(
        `{ _entities(representations: [{ __typename: "User", id: "${other.id}" }]) {
          ... on User { mutualFriends { edges { node { id } } totalCount } relationship { mutualFriendCount } }
        } }`,
      )
    ).data._entities[0]

  it('are those of both, unless one of the three hides it', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const friend of [carol, dave]) {
      await befriend(alice, friend)
      await befriend(bob, friend)
    }
    const both = await mutual(alice, bob)
    expect(idsOf(both.mutualFriends).sort()).toEqual([carol.id, dave.id].sort())
    expect(both.mutualFriends.totalCount).toBe(2)
    expect(both.relationship.mutualFriendCount).toBe(2)

    const hide = (person: Person, shown: boolean) =>
      app.admin.query(
        `insert into user_privacy_settings (user_id, show_in_mutual_friends) values ($1, $2)
             on conflict (user_id) do update set show_in_mutual_friends = $2`,
        [person.id, shown],
      )
    await hide(carol, false)
    expect(idsOf((await mutual(alice, bob)).mutualFriends)).toEqual([dave.id])
    await hide(carol, true)
    for (const shy of [alice, bob]) {
      await hide(shy, false)
      expect(await mutual(alice, bob)).toEqual({
        mutualFriends: { edges: [], totalCount: 0 },
        relationship: { mutualFriendCount: 0 },
      })
      await hide(shy, true)
    }
  })
})

describe('a friend request as an entity', () => {
  it('is there for the two and for services, and for nobody else', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { request } = await verbs.requestFriend(alice, bob)
    const look = async (asker: Asker) =>
      (
        await asker.ask(
          `{ _entities(representations: [{ __typename: "FriendRequest", id: "${request.id}" }]) {
            ... on FriendRequest { id status requester { id } mutualFriendCount }
          } }`,
        )
      ).data._entities[0]
    const seen = {
      id: request.id,
      status: 'PENDING',
      requester: { id: alice.id },
      mutualFriendCount: 0,
    }
    expect(await look(alice)).toEqual(seen)
    expect(await look(bob)).toEqual(seen)
    expect(await look(app.service)).toEqual(seen)
    expect(await look(carol)).toBeNull()
    expect(await look(app.nobody)).toBeNull()
  })
})

describe('what it costs', () => {
  it('a page of friends with relationship and mutual count: three statements, for one friend or for thirty', async () => {
    const document = `{ viewer { friends(first: 50) { edges { node { id relationship { friendshipLevel mutualFriendCount can(action: UPGRADE) { allowed } } } } } } }`
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await app.admin.query(
      `with people as (insert into users (id) select gen_random_uuid() from generate_series(1, 30) returning id)
       insert into user_friends (user_id, friend_id, friendship_level)
       select $1::uuid, id, 'friend' from people union all select id, $1::uuid, 'friend' from people`,
      [carol.id],
    )
    const one = await alice.ask(document)
    const many = await carol.ask(document)
    expect(many.errors).toEqual([])
    expect(many.data.viewer.friends.edges).toHaveLength(30)
    expect(many.statements).toEqual(['friends.pages', 'pairs.states', 'mutualFriends.count'])
    expect(one.statements).toEqual(many.statements)
  })
})

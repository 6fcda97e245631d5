import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { type Asker, newUserId, openTestService } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

// As in production, where a document that comes again is compiled: so everything is asked four
// times.
const app = await openTestService({ NODE_ENV: 'production' })

/** The answer to a document that is sent four times, which must be the same each time. */
async function askAgainAndAgain(asker: Asker, document: string, variables: object) {
  const answers = []
  for (let time = 0; time < 4; time++) answers.push(await asker.ask(document, { ...variables }))
  const [first, ...others] = answers
  if (first === undefined) throw new Error('Nothing was asked.')
  expect(others.map(({ body }) => body)).toEqual(others.map(() => first.body))
  return first
}

describe('the id of a relationship', () => {
  const Ids = 'query ($ids: [ID!]!) { relationships(userIds: $ids) { id } }'
  const idsOf = async (asker: Asker, ...others: { readonly id: string }[]) => {
    const ids = others.map(({ id }) => id)
    const { data } = await askAgainAndAgain(asker, Ids, { ids })
    return data.relationships.map(({ id }: { id: string }) => id)
  }

  it('stays the same whatever happens between the two', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const before = await idsOf(bob, alice)
    await befriend(alice, bob)
    expect(await idsOf(bob, alice)).toEqual(before)
    await verbs.blockUser(alice, bob)
    expect(await idsOf(bob, alice)).toEqual(before)
    await app.admin.query('delete from users where id = $1', [alice.id])
    expect(await idsOf(bob, alice)).toEqual(before)
  })

  it('is there for a person who does not exist', async () => {
    const [alice] = await app.people('alice')
    expect(await idsOf(alice, { id: newUserId() })).toEqual([expect.stringMatching(/^[\w-]{44}$/)])
  })

  it('is another one for each viewer, and for each other person', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const ids = [
      ...(await idsOf(alice, bob, carol)),
      ...(await idsOf(bob, alice, carol)),
      ...(await idsOf(carol, alice, bob)),
    ]
    expect(new Set(ids).size).toBe(6)
  })

  it('is the same in a payload, so that a cache knows what to change', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { data } = await alice.ask(
      'mutation ($id: ID!) { followUser(userId: $id) { relationship { id isFollowing } } }',
      { id: bob.id },
    )
    const [id] = await idsOf(alice, bob)
    expect(data.followUser.relationship).toEqual({ id, isFollowing: true })
  })

  it('needs no statement of its own', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { statements } = await askAgainAndAgain(alice, Ids, { ids: [bob.id] })
    expect(statements).toEqual(['pairs.summaries'])
  })
})

describe('what the viewer may do, as plain fields', () => {
  const plain = 'canMessage canInvite canFollow canAddContact canRequestFriend canUpgrade'

  it('costs one statement for a hundred people, with `can` of everything beside it', async () => {
    const [alice] = await app.people('alice')
    const names = Array.from({ length: limits.relationshipsAtOnce }, (_, n) => `p${String(n)}`)
    const ids = (await app.people(...names)).map(({ id }) => id)
    const { data, statements } = await askAgainAndAgain(
      alice,
      `query ($ids: [ID!]!) { relationships(userIds: $ids) { ${plain}
         message: can(action: MESSAGE) { allowed } follow: can(action: FOLLOW) { allowed reason } } }`,
      { ids },
    )
    expect(data.relationships).toHaveLength(ids.length)
    expect(statements).toEqual(['pairs.states'])
  })

  it('is nothing towards somebody who blocks the viewer, alike with somebody who does not exist', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(bob, alice)
    await verbs.blockUser(alice, bob)
    const { data } = await askAgainAndAgain(
      bob,
      `query ($ids: [ID!]!) { relationships(userIds: $ids) { ${plain} } }`,
      { ids: [alice.id, newUserId()] },
    )
    const nothing = Object.fromEntries(plain.split(' ').map((field) => [field, false]))
    expect(data.relationships).toEqual([nothing, nothing])
  })
})

/** An error as it comes for an id that is not a UUID. */
const oddAt = (field: string, place: number, argument: string) =>
  expect.objectContaining({
    message: `\`${argument}\` is not a UUID.`,
    path: [field, place],
    extensions: { code: 'BAD_USER_INPUT' },
  })

describe('an odd id among many', () => {
  const odd = ['', 'bob', '00000000-0000-0000-0000-000000000000', '\u0000', '__proto__']

  it('of relationships costs only itself, and one’s own id is null without an error', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const absent = newUserId()
    const ids = [bob.id, alice.id, ...odd, ` ${carol.id.toUpperCase()} `, absent, bob.id]
    for (const fields of ['user { id } isContact', 'user { id } canFollow']) {
      const { data, errors, statements } = await askAgainAndAgain(
        alice,
        `query ($ids: [ID!]!) { relationships(userIds: $ids) { ${fields} } }`,
        { ids },
      )
      const people = data.relationships.map((one: { user: object } | null) => one?.user ?? null)
      const of = (...known: { id: string }[]) => known.map(({ id }) => ({ id }))
      expect(people).toEqual([
        ...of(bob),
        null,
        ...odd.map(() => null),
        ...of(carol, { id: absent }, bob),
      ])
      expect(errors).toEqual(
        odd.map((_id, n) => oddAt('relationships', 2 + n, `userIds[${String(2 + n)}]`)),
      )
      expect(statements).toHaveLength(1)
    }
  })

  it('of interactions costs only its own pair', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const pairs = [
      [alice.id, bob.id],
      ...odd.map((id) => [id, bob.id]),
      [bob.id, alice.id],
      ...odd.map((id) => [bob.id, id]),
      [alice.id, alice.id],
    ].map(([actorId, otherId]) => ({ actorId, otherId }))
    const { data, errors, statements } = await askAgainAndAgain(
      app.service,
      'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { actor { id } see } }',
      { pairs },
    )
    const answer = ({ id }: { readonly id: string }, see = true) => ({ actor: { id }, see })
    const none = odd.map(() => null)
    expect(data.interactions).toEqual([
      answer(alice),
      ...none,
      answer(bob),
      ...none,
      answer(alice, false),
    ])
    const at = (start: number, argument: string) =>
      odd.map((_id, n) =>
        oddAt('interactions', start + n, `pairs[${String(start + n)}].${argument}`),
      )
    expect(errors).toEqual([...at(1, 'actorId'), ...at(2 + odd.length, 'otherId')])
    expect(statements).toEqual(['pairs.statesOf'])
  })

  it('and nothing else is answered without a statement', async () => {
    const [alice] = await app.people('alice')
    const own = await alice.ask(
      'query ($ids: [ID!]!) { relationships(userIds: $ids) { isContact } }',
      { ids: [alice.id, 'bob'] },
    )
    expect(own.data.relationships).toEqual([null, null])
    const pair = await app.service.ask(
      'query ($id: ID!) { interactions(pairs: [{ actorId: $id, otherId: "bob" }]) { see } }',
      { id: alice.id },
    )
    expect(pair.data.interactions).toEqual([null])
    expect([own.statements, pair.statements]).toEqual([[], []])
  })

  it('is told which argument is too long, and how long it may be', async () => {
    const [alice] = await app.people('alice')
    const ids = Array.from({ length: limits.relationshipsAtOnce + 1 }, newUserId)
    const { data, errors } = await alice.ask(
      'query ($ids: [ID!]!) { relationships(userIds: $ids) { isContact } }',
      { ids },
    )
    expect(data).toBeNull()
    expect(errors).toMatchObject([
      { message: '`userIds` may have at most 100 entries (got 101).', path: ['relationships'] },
    ])
    const pairs = Array.from({ length: limits.interactionsAtOnce + 1 }, () => ({
      actorId: alice.id,
      otherId: newUserId(),
    }))
    const asked = await app.service.ask(
      'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { see } }',
      { pairs },
    )
    expect(asked.errors).toMatchObject([
      { message: '`pairs` may have at most 200 entries (got 201).', path: ['interactions'] },
    ])
  })
})

describe('what a group of people may do towards each other', () => {
  const fields = 'actor { id } other { id } see message invite follow requestFriend friendshipLevel'
  const Within = `query ($ids: [ID!]!) { interactionsWithin(userIds: $ids) { ${fields} } }`
  const Pairs = `query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { ${fields} } }`
  const pairsOf = (ids: readonly string[]) =>
    ids.flatMap((actorId) =>
      ids.filter((id) => id !== actorId).map((otherId) => ({ actorId, otherId })),
    )

  it('is told of all ordered pairs, as `interactions` tells of each, in one statement', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(alice, bob)
    await verbs.blockUser(carol, alice)
    await dave.ask(
      'mutation { updatePrivacySettings(settings: { allowFollows: NOBODY, allowMessages: FRIENDS }) { changed } }',
    )
    const ids = [dave.id, alice.id, newUserId(), bob.id, carol.id]
    const { data, errors, statements } = await askAgainAndAgain(app.service, Within, { ids })
    const apart = await app.service.ask(Pairs, { pairs: pairsOf(ids) })
    expect(errors).toEqual([])
    expect(data.interactionsWithin).toHaveLength(20)
    expect(data.interactionsWithin).toEqual(apart.data.interactions)
    expect(statements).toEqual(['pairs.statesOf'])
  })

  it('finds friends in common as `interactions` does, where friends of friends may ask', async () => {
    // Each of the six asks friends of friends only; of them and of their friends some hide in
    // mutual friends.
    const group = await app.people('alice', 'bob', 'carol', 'dave', 'erin', 'frank')
    const friends = await app.people('grace', 'heidi', 'ivan')
    const [alice, bob, carol, dave, erin, frank] = group
    const [grace, heidi, ivan] = friends
    for (const [friend, people] of [
      [grace, [alice, bob, carol]],
      [heidi, [carol, dave]],
      [ivan, [dave, erin, alice]],
      [bob, [frank]],
    ] as const)
      for (const person of people) await befriend(friend, person)
    const set = (person: Asker, settings: string) =>
      person.ask(`mutation { updatePrivacySettings(settings: { ${settings} }) { changed } }`)
    for (const person of group) await set(person, 'allowFriendRequests: FRIENDS_OF_FRIENDS')
    for (const person of [carol, ivan]) await set(person, 'showInMutualFriends: false')
    const ids = [...group, ...friends].map(({ id }) => id)
    const { data } = await askAgainAndAgain(app.service, Within, { ids })
    const apart = await app.service.ask(Pairs, { pairs: pairsOf(ids) })
    expect(data.interactionsWithin).toEqual(apart.data.interactions)
    const may = data.interactionsWithin
      .filter(
        (one: { requestFriend: boolean; friendshipLevel: string | null; other: { id: string } }) =>
          one.requestFriend &&
          one.friendshipLevel === null &&
          group.some(({ id }) => id === one.other.id),
      )
      .map((one: { actor: { id: string }; other: { id: string } }) =>
        [one.actor, one.other]
          .map(({ id }) => [...group, ...friends].find((person) => person.id === id)?.name)
          .join(' to '),
      )
    // Alice and bob share grace, frank shares bob with grace. Carol, and ivan whom dave and erin
    // share, hide it.
    expect(may.sort()).toEqual(['alice to bob', 'bob to alice', 'grace to frank'])
  })

  it('is told of fifty people with a thousand friends each in time', async () => {
    const names = Array.from({ length: limits.peopleWithin }, (_, n) => `p${String(n)}`)
    const ids = (await app.people(...names)).map(({ id }) => id)
    const owner = await app.admin.connect()
    // Half of a friendship is enough here, and nobody else looks.
    await owner.query('begin; set local session_replication_role = replica')
    await owner.query(
      `insert into user_friends (user_id, friend_id, friendship_level)
       select id, gen_random_uuid(), 'friend' from unnest($1::uuid[]) as id, generate_series(1, 1000)`,
      [ids],
    )
    await owner.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests)
       select id, 'friends_of_friends' from unnest($1::uuid[]) as id`,
      [ids],
    )
    await owner.query('commit')
    owner.release()
    const { data, errors } = await app.service.ask(Within, { ids })
    // Looked for pair by pair, this takes longer than a statement may.
    expect(errors).toEqual([])
    expect(data.interactionsWithin).toHaveLength(2_450)
  })

  it('is told of at most fifty people, 2,450 pairs, and of nobody more', async () => {
    const names = Array.from({ length: limits.peopleWithin }, (_, n) => `p${String(n)}`)
    const ids = (await app.people(...names)).map(({ id }) => id)
    const { data, statements } = await app.service.ask(Within, { ids })
    expect(data.interactionsWithin).toHaveLength(2_450)
    expect(statements).toEqual(['pairs.statesOf'])
    const more = await app.service.ask(Within, { ids: [...ids, newUserId()] })
    expect(more.data).toBeNull()
    expect(more.errors).toMatchObject([
      {
        message: '`userIds` may have at most 50 entries (got 51).',
        path: ['interactionsWithin'],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ])
    expect(more.statements).toEqual([])
  })

  it('of one, of nobody, and of the same one twice is nothing', async () => {
    const [alice] = await app.people('alice')
    for (const ids of [[], [alice.id], [alice.id, ` ${alice.id.toUpperCase()}`]]) {
      const { data, statements } = await app.service.ask(Within, { ids })
      expect(data.interactionsWithin).toEqual([])
      expect(statements).toEqual([])
    }
  })

  it('counts somebody who is named twice once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { data } = await app.service.ask(Within, {
      ids: [alice.id, bob.id, alice.id.toUpperCase(), bob.id],
    })
    expect(data.interactionsWithin).toMatchObject([
      { actor: { id: alice.id }, other: { id: bob.id } },
      { actor: { id: bob.id }, other: { id: alice.id } },
    ])
  })

  it('costs as much as it has pairs', async () => {
    const ids = Array.from({ length: limits.peopleWithin }, newUserId)
    const times = (many: number) =>
      `query ($ids: [ID!]!) { ${Array.from({ length: many }, (_, n) => `a${String(n)}: interactionsWithin(userIds: $ids) { see }`).join(' ')} }`
    const { errors } = await app.service.ask(times(9), { ids })
    expect(errors).toMatchObject([
      { message: expect.stringContaining('costs 22050; at most 20000') },
    ])
  })

  it('is told of everybody else when an id is odd, which costs its own pairs', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { data, errors } = await askAgainAndAgain(app.service, Within, {
      ids: [alice.id, 'odd', bob.id],
    })
    expect(data.interactionsWithin).toMatchObject([
      null,
      { actor: { id: alice.id }, other: { id: bob.id }, see: true },
      null,
      null,
      { actor: { id: bob.id }, other: { id: alice.id }, see: true },
      null,
    ])
    expect(errors).toEqual([0, 2, 3, 5].map((n) => oddAt('interactionsWithin', n, 'userIds[1]')))
  })

  it('is not told to people', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { errors } = await alice.ask(Within, { ids: [alice.id, bob.id] })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  })
})

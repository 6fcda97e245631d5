import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { limitEntities } from '../../../src/server/guards/entities.ts'
import { gamesContent } from '../../support/content.ts'
import { cpuTimeOf } from '../../support/cpu-time.ts'
import { newUserId, openIsolatedTestService, openTestService } from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const app = await openTestService()

const Ids = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on User { id } }
}`
const Contacts = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on User { id contacts { edges { node { id } } totalCount } }
  }
}`
const user = (id: unknown) => ({ __typename: 'User', id })
const resolve = (document: string, representations: unknown) =>
  app.service.ask(document, { representations })

describe('people whom a gateway asks for', () => {
  it('come back in the order asked for, as often as asked for', async () => {
    const people = await app.people('alice', 'bob', 'carol')
    const ids = [2, 0, 1, 0, 2].map((index) => people[index]?.id)
    const { data, errors } = await resolve(Ids, ids.map(user))
    expect(errors).toEqual([])
    expect(data._entities).toEqual(ids.map((id) => ({ __typename: 'User', id })))
  })

  it('by an id in capitals or with spaces have the id as it is written here', async () => {
    const [alice] = await app.people('alice')
    const { data } = await resolve(Ids, [user(` ${alice.id.toUpperCase()} `)])
    expect(data._entities).toEqual([user(alice.id)])
  })

  it('of whom nobody has heard are an id whose fields are null', async () => {
    const id = newUserId()
    const { data, errors } = await resolve(Contacts, [user(id)])
    expect(data._entities).toEqual([{ id, contacts: null }])
    expect(errors).toEqual([])
  })

  it('cost the same statements, one or a hundred, once or twice each', async () => {
    const people = await app.people(
      ...Array.from({ length: 100 }, (_, index) => `person ${String(index)}`),
    )
    const all = people.map(({ id }) => user(id))
    const one = await resolve(Contacts, all.slice(0, 1))
    const hundred = await resolve(Contacts, all)
    const twice = await resolve(Contacts, [...all.slice(0, 50), ...all.slice(0, 50)])
    expect(hundred.data._entities).toHaveLength(100)
    expect(one.statements).toEqual(['contacts.pages', 'contacts.count'])
    expect(hundred.statements).toEqual(one.statements)
    expect(twice.statements).toEqual(one.statements)
  })

  it('cost nothing when only their ids are asked for', async () => {
    const { statements } = await resolve(Ids, [user(newUserId())])
    expect(statements).toEqual([])
  })

  it('are answered under the other names that Hive’s planner gives the field', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { data, errors, statements } = await app.service.ask(
      `query ($r0: [_Any!]!, $r1: [_Any!]!) {
        _e0: _entities(representations: $r0) { ... on User { contacts { totalCount } } }
        _e1: _entities(representations: $r1) { ... on User { id contacts { totalCount } } }
      }`,
      { r0: [user(alice.id), user(bob.id)], r1: [user(bob.id)] },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      _e0: [{ contacts: { totalCount: 0 } }, { contacts: { totalCount: 0 } }],
      _e1: [{ id: bob.id, contacts: { totalCount: 0 } }],
    })
    expect(statements).toEqual(['contacts.pages', 'contacts.count'])
  })
})

describe('a representation that means nothing', () => {
  const odd: Record<string, unknown> = {
    'of an unknown type': { __typename: 'Spaceship', id: newUserId() },
    'of a type that is no entity': {
      __typename: 'PageInfo',
      hasNextPage: true,
      endCursor: 'forged',
    },
    'of a payload type': { __typename: 'AddContactPayload', changed: true },
    'of a root type': { __typename: 'Query' },
    'of a scalar': { __typename: 'ID' },
    'of the union of entities': { __typename: '_Entity', id: newUserId() },
    'of a type by inheritance': { __typename: 'constructor', id: newUserId() },
    'without a type': { id: newUserId() },
    'with a list as type': { __typename: ['User'], id: newUserId() },
    'without an id': { __typename: 'User' },
    'with null as id': user(null),
    'with a number as id': user(7),
    'with a list as id': user([newUserId()]),
    'with an object as id': user({ toString: newUserId() }),
    'with an empty id': user(''),
    'with an id that is no UUID': user('alice'),
    'that is a text': 'User',
    'that is a number': 7,
    'that is a list': [user(newUserId())],
    'that is empty': {},
  }

  for (const [which, representation] of Object.entries(odd)) {
    it(`${which} is null, and the others are answered`, async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const { data, errors, status } = await resolve(Contacts, [
        user(alice.id),
        representation,
        user(bob.id),
      ])
      expect({ status, errors }).toEqual({ status: 200, errors: [] })
      expect(data._entities).toEqual([
        { id: alice.id, contacts: { edges: [], totalCount: 0 } },
        null,
        { id: bob.id, contacts: { edges: [], totalCount: 0 } },
      ])
    })
  }

  it('that is null is refused with the whole request, as its type says', async () => {
    const { status, errors } = await resolve(Ids, [user(newUserId()), null])
    expect(status).toBe(400)
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('gives nothing back of what else it claims', async () => {
    const [alice] = await app.people('alice')
    const { data, body } = await resolve(Contacts, [
      { ...user(alice.id), contacts: { totalCount: 9, edges: [] }, username: 'forged' },
    ])
    expect(data._entities).toEqual([{ id: alice.id, contacts: { edges: [], totalCount: 0 } }])
    expect(body).not.toContain('forged')
  })
})

describe('many representations', () => {
  const many = Array.from({ length: limits.entitiesAtOnce + 1 }, () => user(newUserId()))
  const one = user(newUserId())

  it('up to five thousand are answered, one more is refused; none are none', async () => {
    const tooMany = await resolve(Ids, many)
    expect(tooMany.data).toBeNull()
    expect(tooMany.errors).toEqual([
      expect.objectContaining({
        message: '`representations` may have at most 5000 different entries (got 5001).',
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ])
    expect(tooMany.statements).toEqual([])
    expect((await resolve(Ids, many.slice(1))).data._entities).toHaveLength(5_000)
    expect((await resolve(Ids, [])).data._entities).toEqual([])
  })

  it('count once that are the same, and each place is answered', async () => {
    const repeated = [...many.slice(1), ...Array.from({ length: 2_000 }, () => one)]
    const withoutOne = await resolve(Ids, repeated.slice(1))
    expect(withoutOne.errors).toEqual([])
    expect(withoutOne.data._entities).toEqual(repeated.slice(1))
    expect((await resolve(Ids, repeated)).errors).toHaveLength(1)
  })

  it('of every kind are answered in one request, with fields that need the database, four times alike', async () => {
    const production = await openIsolatedTestService({
      NODE_ENV: 'production',
      CONTENT: gamesContent,
    })
    const [alice, bob] = await production.people('alice', 'bob')
    await alice.ask('mutation ($userId: ID!) { requestFriend(userId: $userId) { changed } }', {
      userId: bob.id,
    })
    const { rows } = await production.admin.query<{ id: string }>(
      'select id from user_friend_requests',
    )
    const request = { __typename: 'FriendRequest', id: rows[0]?.id }
    const game = (id: string) => ({
      __typename: 'Game',
      id,
      creator: { __typename: 'User', id: alice.id },
      visibility: 'FRIENDS',
    })
    const kinds = {
      User: [
        user(alice.id),
        () => user(newUserId()),
        '... on User { id username relationship { isContact } }',
        4_999,
      ],
      FriendRequest: [
        request,
        () => ({ __typename: 'FriendRequest', id: newUserId() }),
        '... on FriendRequest { id requester { id } }',
        4_999,
      ],
      // With what they bring along, fewer fill a body.
      Game: [game('first'), () => game(newUserId()), '... on Game { id visibleToViewer }', 2_500],
    } as const
    for (const [kind, [first, make, fields, count]] of Object.entries(kinds)) {
      const representations = [first, ...Array.from({ length: count }, make), first]
      const token = await bob.token()
      const bodies = new Set<string>()
      for (let time = 0; time < 4; time++) {
        const reply = await send(production.server.url, {
          headers: fromGateway(token),
          body: JSON.stringify({
            query: `query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`,
            variables: { r: representations },
          }),
        })
        expect({ kind, status: reply.status }).toEqual({ kind, status: 200 })
        bodies.add(reply.body)
      }
      expect(bodies.size).toBe(1)
      const { data, errors } = JSON.parse([...bodies][0] ?? '') as {
        data: { _entities: { id: string }[] }
        errors?: unknown[]
      }
      expect({ kind, errors }).toEqual({ kind, errors: undefined })
      expect(data._entities).toHaveLength(count + 2)
      expect(data._entities[0]?.id).toBe(first.id)
      expect(data._entities.at(-1)).toEqual(data._entities[0])
    }
  })

  it('by the hundred thousand are refused at once, however small and alike they are', async () => {
    for (const tiny of [0, '', {}]) {
      const representations = Array.from({ length: 100_000 }, () => tiny)
      const took = await cpuTimeOf(async () => {
        const { status, errors } = await resolve(Ids, representations)
        expect({ status, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
          status: 200,
          codes: ['BAD_USER_INPUT'],
        })
      })
      expect(took).toBeLessThan(3_000)
    }
  })

  it('may be as deep as a body allows: the one is null or answered, the others are answered', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const reply = await send(app.server.url, {
      headers: fromGateway(await app.service.token()),
      body: `{"query":${JSON.stringify(Ids)},"variables":{"representations":[{"__typename":"User","id":${JSON.stringify(one.id)},"x":${deep}},${JSON.stringify(one)},${deep}]}}`,
    })
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.body)).toMatchObject({ data: { _entities: [one, one, null] } })
  })

  it('cannot be written into a document, which is too long long before', async () => {
    const written = Array.from(
      { length: 300 },
      () => `{ __typename: "User", id: "${newUserId()}" }`,
    ).join(' ')
    const { errors } = await app.service.ask(
      `{ _entities(representations: [${written}]) { __typename } }`,
    )
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_PARSE_FAILED'])
  })
})

describe('an interface that is an entity', () => {
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { anything: Int }
    interface Listing @key(fields: "id") { id: ID! }
    interface Titled { title: String }
    type Event implements Listing & Titled @key(fields: "id") { id: ID! title: String }
  `)
  const resolvers = {
    Listing: {
      __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Event', id, title: 'Chess' }),
    },
    Event: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'Go' }) },
  }
  const schema = limitEntities(buildSubgraphSchema([{ typeDefs, resolvers }]))

  it('is answered as what it is, among others, and one that is no entity is null', async () => {
    const source = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      __typename ... on Event { id title } } }`
    const representations = ['Listing', 'Event', 'Titled', 'Listing'].map((__typename, place) => ({
      __typename,
      id: String(place),
    }))
    const { data, errors } = await graphql({ schema, source, variableValues: { representations } })
    expect(errors).toBeUndefined()
    expect(data?.['_entities']).toEqual([
      { __typename: 'Event', id: '0', title: 'Chess' },
      { __typename: 'Event', id: '1', title: 'Go' },
      null,
      { __typename: 'Event', id: '3', title: 'Chess' },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { newUserId, openWorld } from './world.ts'

const world = await openWorld()

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
  world.service.ask(document, { representations })

describe('people whom a gateway asks for', () => {
  it('come back in the order asked for, as often as asked for', async () => {
    const people = await world.people('alice', 'bob', 'carol')
    const ids = [2, 0, 1, 0, 2].map((index) => people[index]?.id)
    const { data, errors } = await resolve(Ids, ids.map(user))
    expect(errors).toEqual([])
    expect(data._entities).toEqual(ids.map((id) => ({ __typename: 'User', id })))
  })

  it('by an id in capitals or with spaces have the id as it is written here', async () => {
    const [alice] = await world.people('alice')
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
    const people = await world.people(
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
    const [alice, bob] = await world.people('alice', 'bob')
    const { data, errors, statements } = await world.service.ask(
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
      const [alice, bob] = await world.people('alice', 'bob')
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
    const [alice] = await world.people('alice')
    const { data, body } = await resolve(Contacts, [
      { ...user(alice.id), contacts: { totalCount: 9, edges: [] }, username: 'forged' },
    ])
    expect(data._entities).toEqual([{ id: alice.id, contacts: { edges: [], totalCount: 0 } }])
    expect(body).not.toContain('forged')
  })
})

describe('more than a thousand representations', () => {
  const many = Array.from({ length: limits.entitiesAtOnce + 1 }, () => user(newUserId()))

  it('are refused, all of them; a thousand are answered; none are none', async () => {
    const tooMany = await resolve(Ids, many)
    expect(tooMany.data).toBeNull()
    expect(tooMany.errors).toEqual([
      expect.objectContaining({
        message: 'At most 1000 representations can be resolved at once.',
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ])
    expect(tooMany.statements).toEqual([])
    expect((await resolve(Ids, many.slice(1))).data._entities).toHaveLength(1_000)
    expect((await resolve(Ids, [])).data._entities).toEqual([])
  })

  it('cannot be written into a document, which is too long long before', async () => {
    const written = Array.from(
      { length: 300 },
      () => `{ __typename: "User", id: "${newUserId()}" }`,
    ).join(' ')
    const { errors } = await world.service.ask(
      `{ _entities(representations: [${written}]) { __typename } }`,
    )
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_PARSE_FAILED'])
  })
})

import { buildASTSchema, type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'
import { leaveOut } from '../../src/graphql/leave-out.ts'
import { prune } from '../../src/graphql/prune.ts'
import { buildSchema } from '../../src/server/schema.ts'
import {
  type GraphShape,
  plainShape,
  readTypeDefs,
  unfitShape,
} from '../../src/server/type-defs.ts'
import { composers, service } from '../support/composers.ts'
import { gamesContent, withGames, withoutContent } from '../support/content.ts'
import { subgraphSdl } from '../support/subgraph.ts'
import { openTestService } from '../support/test-service.ts'
import { befriend, verbs } from '../support/verbs.ts'

// Another subgraph may have types and fields of the same names. TYPE_PREFIX and WITHOUT make room
// for both.

/** A subgraph that has chosen some of our names for itself. */
const stranger = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query { viewer: User me: User @shareable }
  type User @key(fields: "id") { id: ID! profile: UserProfile status: Relationship }
  type UserProfile { emails: [String!]! }
  enum Relationship { MARRIED SINGLE }
  input UserProfileInput { emails: [String!]! }
  type Mutation { updateEmails(profile: UserProfileInput!): Boolean }
`
const owner = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { games: [Game!]! }
  type Game @key(fields: "id") { id: ID! creator: User! visibility: GameVisibility! }
  type User @key(fields: "id", resolvable: false) { id: ID! }
  enum GameVisibility { PUBLIC FRIENDS CLOSE }
`
const shape: GraphShape = {
  typePrefix: 'Social',
  without: ['Query.viewer', 'User.profile'],
}

describe.each(Object.entries(composers))('%s', (_name, { compose }) => {
  const problemsOf = (sdls: Record<string, string>) =>
    compose(Object.entries(sdls).map(([name, sdl]) => service(name, sdl))).problems

  it('refuses our graph beside a stranger who has chosen the same names', async () => {
    const connections = await subgraphSdl(withGames)
    expect(problemsOf({ connections, owner, stranger }).join('\n')).toMatch(/Relationship/)
  })

  it('joins them with a prefix, without the fields that the stranger has', async () => {
    const connections = await subgraphSdl(withGames, shape)
    expect(problemsOf({ connections, owner, stranger })).toEqual([])
  })

  it.each([
    ['Query', (name: string) => name === 'Query'],
    ['Mutation', (name: string) => name === 'Mutation'],
    ['Subscription', (name: string) => name === 'Subscription'],
    ['Game', (name: string) => name === 'Game'],
    ['User', (name: string) => name === 'User'],
    ['SocialPrivacySettingsInput', (name: string) => name === 'SocialPrivacySettingsInput'],
  ])('joins what is left without all that %s has', async (type, isIt) => {
    const without = fields.filter(({ of }) => isIt(of)).map(({ coordinate }) => coordinate)
    const possible = without.filter((one) => unfit([one]).length === 0)
    const kept = type === 'SocialPrivacySettingsInput' ? possible.slice(1) : possible
    const connections = await subgraphSdl(withGames, { ...plainShape, without: kept })
    expect(problemsOf({ connections, owner })).toEqual([])
  })

  it('takes connections without their lists, of whose size nothing is said then', async () => {
    const edges = fields.filter(({ coordinate }) => coordinate.endsWith('Connection.edges'))
    expect(edges.length).toBeGreaterThan(8)
    const without = edges.map(({ coordinate }) => coordinate)
    const connections = await subgraphSdl(withoutContent, { ...plainShape, without })
    expect(problemsOf({ connections })).toEqual([])
    expect(connections).toContain('@listSize(assumedSize: 100)')
  })
})

const schema = buildSchema(withGames)
/** Every field of every type and input of ours. */
const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
  (isObjectType(type) || isInputObjectType(type)) && !type.name.startsWith('_')
    ? Object.keys(type.getFields())
        .filter((field) => !field.startsWith('_'))
        .map((field) => ({ of: type.name, coordinate: `${type.name}.${field}` }))
    : [],
)
const unfit = (without: readonly string[]) =>
  unfitShape(withGames, { ...plainShape, without }).without

/** Fields that the graph can be without. */
const possible = fields
  .map(({ coordinate }) => coordinate)
  .filter((coordinate) => unfit([coordinate]).length === 0)

const document = readTypeDefs(withGames)
/** The graph without each of these fields, as it is written: nothing resolves its fields. */
const graphs = new Map(
  ['', ...possible].map((coordinate) => {
    const without = coordinate === '' ? document : prune(leaveOut(document, [coordinate]))
    return [coordinate, buildASTSchema(without, { assumeValidSDL: true })] as const
  }),
)

/** The names of our own types, in order. */
const ourTypes = (of: GraphQLSchema) =>
  Object.values(of.getTypeMap())
    .filter(({ name, astNode }) => astNode != null && !/^_|^(link|federation)__/.test(name))
    .map(({ name }) => name)
    .sort()

/** Types of ours that nothing leads to. */
function orphans(of: GraphQLSchema): string[] {
  const reached = new Set<string>([
    'Query',
    'Mutation',
    'Subscription',
    'User',
    'FriendRequest',
    'Game',
  ])
  for (const name of reached) {
    const type = of.getType(name)
    if (!isObjectType(type) && !isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      reached.add(String(field.type).replace(/\W/g, ''))
      if ('args' in field)
        for (const { type: ofArgument } of field.args)
          reached.add(String(ofArgument).replace(/\W/g, ''))
    }
  }
  return ourTypes(of).filter((name) => !reached.has(name))
}

describe('a graph without some fields', () => {
  it('can be without any field but keys, what an input requires, and the last of a type', () => {
    const impossible = fields.filter(({ coordinate }) => !possible.includes(coordinate))
    expect(impossible.map(({ coordinate }) => coordinate).sort()).toEqual([
      'FriendRequest.id',
      'Game.id',
      'GameFactInput.at',
      'GameFactInput.gameId',
      'GameFactInput.id',
      'GameFactInput.kind',
      'GameFactInput.userId',
      'InteractionPair.actorId',
      'InteractionPair.otherId',
      'User.id',
    ])
  })

  it('has no type left that nothing leads to', () => {
    const found = [...graphs].flatMap(([coordinate, left]) =>
      orphans(left).map((orphan) => `${coordinate}: ${orphan}`),
    )
    expect(found).toEqual([])
  })

  // To build the whole schema takes ten times as long. It is built where resolvers have something
  // to miss: without a field that took types with it, and without one field of each type.
  it('can be executed, whatever went with the field', () => {
    const all = ourTypes(graphs.get('') ?? schema).length
    const seen = new Set<string>()
    for (const [coordinate, left] of graphs) {
      const [of = ''] = coordinate.split('.')
      if (coordinate === '' || (ourTypes(left).length === all && seen.has(of))) continue
      seen.add(of)
      const built = buildSchema(withGames, { ...plainShape, without: [coordinate] })
      expect(ourTypes(built), coordinate).toEqual(ourTypes(left))
    }
    expect(seen.size).toBeGreaterThan(50)
  })

  it('has no mutations at all when each of them is left out', () => {
    const without = fields.filter(({ of }) => of === 'Mutation').map(({ coordinate }) => coordinate)
    const left = buildSchema(withoutContent, { ...plainShape, without })
    expect(left.getMutationType()).toBeUndefined()
    expect(left.getType('ConnectionsError')).toBeUndefined()
    expect(left.getType('ConnectionsErrorCode')).toBeDefined()
  })

  it('takes away what requires a field, and a type that says no more than its key', () => {
    const without = (coordinate: string) =>
      buildSchema(withGames, { ...plainShape, without: [coordinate] })
    for (const coordinate of ['Game.creator', 'Game.visibility', 'Game.visibleToViewer']) {
      expect(without(coordinate).getType('Game'), coordinate).toBeUndefined()
      expect(without(coordinate).getType('GameVisibility'), coordinate).toBeUndefined()
    }
  })
})

describe('a prefix', () => {
  it('is before every type of ours, and before none that is shared', () => {
    const names = (of: GraphQLSchema) =>
      Object.values(of.getTypeMap())
        .filter(({ astNode, name }) => astNode != null && !/^_|^(link|federation)__/.test(name))
        .map(({ name }) => name)
    const shared = [
      'DateTime',
      'Game',
      'GameVisibility',
      'Mutation',
      'PageInfo',
      'Query',
      'Subscription',
      'User',
    ]
    const prefixed = names(buildSchema(withGames, { ...shape, without: [] }))
    expect(prefixed.filter((name) => !name.startsWith('Social')).sort()).toEqual(shared)
    expect(prefixed).toContain('SocialSocialPrivacySettings')
    const back = prefixed.map((name) => (shared.includes(name) ? name : name.slice(6)))
    expect(back.sort()).toEqual(names(schema).sort())
  })
})

const production = await openTestService({
  NODE_ENV: 'production',
  TYPE_PREFIX: 'Social',
  WITHOUT: 'Query.viewer, User.profile,Relationship.friendsSince',
})

describe('a service with a prefix and without some fields', () => {
  it('answers entities by their new names, the same four times', async () => {
    const [alice, bob] = await production.people('alice', 'bob')
    const { request } = await verbs.requestFriend(alice, bob)
    const document = `query ($ids: [_Any!]!) { _entities(representations: $ids) {
      __typename
      ... on User { username relationship { __typename incomingRequest { __typename id } } }
      ... on SocialFriendRequest { status level }
    } }`
    const ids = [
      { __typename: 'User', id: alice.id },
      { __typename: 'SocialFriendRequest', id: request.id as string },
      { __typename: 'FriendRequest', id: request.id as string },
    ]
    for (let time = 0; time < 4; time++) {
      const { data, errors } = await bob.ask(document, { ids })
      expect(errors).toEqual([])
      expect(data._entities).toEqual([
        {
          __typename: 'User',
          username: null,
          relationship: {
            __typename: 'SocialRelationship',
            incomingRequest: { __typename: 'SocialFriendRequest', id: request.id as string },
          },
        },
        { __typename: 'SocialFriendRequest', status: 'PENDING', level: 'FRIEND' },
        null,
      ])
    }
  })

  it('tells the gateway the same schema by which it answers', async () => {
    const { data } = await production.nobody.ask('{ _service { sdl } }')
    expect(data._service.sdl).toBe(await subgraphSdl(withoutContent, production.config.graphShape))
    expect(data._service.sdl).toMatch(/^type SocialRelationship /m)
    expect(data._service.sdl).not.toMatch(/friendsSince:/)
  })

  it('knows no field that was left out, and no type by its old name', async () => {
    const [alice] = await production.people('alice')
    for (const document of [
      '{ viewer { id } }',
      `{ relationships(userIds: ["${alice.id}"]) { friendsSince } }`,
      'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { see } }',
      '{ userByUsername(username: "bob") { profile { bio } } }',
    ])
      expect((await alice.ask(document)).status, document).toBe(400)
  })

  it('counts, changes and limits as ever', async () => {
    const [alice, bob] = await production.people('alice', 'bob')
    await befriend(alice, bob)
    const represent = { ids: [{ __typename: 'User', id: alice.id }] }
    const counted = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User {
      friends { totalCount edges { node { id } } } } } }`
    for (let time = 0; time < 4; time++) {
      expect((await alice.ask(counted, represent)).data._entities).toEqual([
        { friends: { totalCount: 1, edges: [{ node: { id: bob.id } }] } },
      ])
    }
    const pairs = [{ actorId: alice.id, otherId: bob.id }]
    const asked = await production.service.ask(
      'query ($pairs: [SocialInteractionPair!]!) { interactions(pairs: $pairs) { friendshipLevel } }',
      { pairs },
    )
    expect(asked.data.interactions).toEqual([{ friendshipLevel: 'FRIEND' }])
    const costly = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User {
      friends(first: 100) { edges { node { friends(first: 100) { edges { node { friends(first: 100) {
        edges { cursor } } } } } } } } } } }`
    const { errors } = await alice.ask(costly, represent)
    expect(errors.map(({ message }) => message)).toEqual([
      'The operation costs 1010101; at most 20000 is allowed. Ask for smaller pages or fewer counts.',
    ])
  })
})

describe('an environment whose graph cannot be', () => {
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      readConfig(env)
      return []
    } catch (error) {
      if (error instanceof ConfigError) return error.problems
      throw error
    }
  }

  it('is refused, with the variable and every field that is wrong', () => {
    const WITHOUT =
      'Query.vewer,Usr.name,User.id,nothing,InteractionPair.actorId,Game.creator,Query.viewer'
    expect(problemsOf({ WITHOUT, PORT: 'x' }).filter((one) => !one.startsWith('PORT'))).toEqual([
      'WITHOUT: Query.vewer: Query has no field vewer',
      'WITHOUT: Usr.name: there is no type Usr with fields (names are without TYPE_PREFIX)',
      'WITHOUT: User.id: the key of an entity must stay',
      'WITHOUT: entry 4 is not a field such as User.username',
      'WITHOUT: InteractionPair.actorId: an input field that is required must stay',
      'WITHOUT: Game.creator: there is no type Game with fields (names are without TYPE_PREFIX)',
    ])
    expect(problemsOf({ WITHOUT: 'Game.creator', CONTENT: gamesContent })).toEqual([])
  })

  it('is refused when a type would have no field left', () => {
    expect(problemsOf({ WITHOUT: 'Possibility.allowed,Possibility.reason' })).toEqual([
      'WITHOUT: Possibility would have no fields: leave out the fields of that type instead',
    ])
  })

  it.each(['social', 'So cial', '_', '__X', 'Só', `S${'o'.repeat(32)}`, 'federation__'])(
    'is refused with the prefix %s',
    (TYPE_PREFIX) => {
      expect(problemsOf({ TYPE_PREFIX }).join()).toMatch(/^TYPE_PREFIX: /)
    },
  )
})

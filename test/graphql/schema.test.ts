import {
  buildASTSchema,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
  printSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { demandOf } from '../../src/graphql/demand.ts'
import { refusalCodes } from '../../src/graphql/refusals.ts'
import { limits } from '../../src/limits.ts'
import { buildSchema, resolversOf } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import { subgraphSdl } from '../support/subgraph.ts'

const schema = buildSchema(withGames)
const resolvers = resolversOf(withGames)

/** What federation and GraphQL add by themselves. */
const isForeign = (name: string) => /^_|^(link|federation)__/.test(name)

/**
 * The types that we wrote, fit for printing: built-in scalars and federation's own are left out.
 */
function ownTypes(of: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(of.getTypeMap()).filter(
    ({ name, astNode }) => astNode != null && !isForeign(name),
  )
}

/** Every element as a path, `User.contacts(first:)`, with its description. */
function elements(of: GraphQLSchema): { path: string; description: string | null | undefined }[] {
  return ownTypes(of).flatMap((type) => [
    { path: type.name, description: type.description },
    ...partsOf(type).map(({ path, description }) => ({
      path: `${type.name}.${path}`,
      description,
    })),
  ])
}

function partsOf(
  type: GraphQLNamedType,
): { path: string; description: string | null | undefined }[] {
  if (isEnumType(type)) {
    return type.getValues().map(({ name, description }) => ({ path: name, description }))
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map(({ name, description }) => ({
      path: name,
      description,
    }))
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields())
    .filter(({ name }) => !isForeign(name))
    .flatMap(({ name, description, args }) => [
      { path: name, description },
      ...args.map((arg) => ({ path: `${name}(${arg.name}:)`, description: arg.description })),
    ])
}

function undescribed(of: GraphQLSchema): string[] {
  return elements(of)
    .filter(({ description }) => (description ?? '').trim() === '')
    .map(({ path }) => path)
}

/**
 * Keys of a resolver map that no type or field answers to: the library drops them without a word.
 */
function unmatchedKeys(of: GraphQLSchema, map: object): string[] {
  return Object.entries(map).flatMap(([typeName, ofType]: [string, object]) => {
    const type = of.getType(typeName)
    if (type === undefined) return [typeName]
    if (isScalarType(type) || isEnumType(type)) return []
    return Object.keys(ofType)
      .filter((key) => !answersTo(type, key))
      .map((key) => `${typeName}.${key}`)
  })
}

function answersTo(type: GraphQLNamedType, key: string): boolean {
  if (key === '__resolveType') return isUnionType(type) || isInterfaceType(type)
  if (!isObjectType(type)) return false
  return key === '__resolveReference' ? isEntity(type) : key in type.getFields()
}

function isEntity(type: GraphQLNamedType): boolean {
  const nodes = [type.astNode, ...type.extensionASTNodes]
  return nodes.some((node) => node?.directives?.some(({ name }) => name.value === 'key'))
}

/** Mutations that others have too: their payloads are named by our own nouns. */
const ownNouns: Record<string, string> = {
  updateProfile: 'updateUserProfile',
  updatePrivacySettings: 'updateSocialPrivacySettings',
}

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
const payloads = mutations.map(({ type }) => getNamedType(type) as GraphQLObjectType)

const typesOfFields = (type: GraphQLNamedType | undefined | null) =>
  isObjectType(type)
    ? Object.fromEntries(
        Object.values(type.getFields()).map((field) => [field.name, String(field.type)]),
      )
    : {}

describe('the graph', () => {
  it('describes every type, field, argument, enum value and input field', () => {
    expect(undescribed(schema)).toEqual([])
  })

  it('is printed in docs/subgraph.graphql as `_service { sdl }` answers it', async () => {
    await expect(`${await subgraphSdl()}\n`).toMatchFileSnapshot('../../docs/subgraph.graphql')
  })

  it('is printed in docs/subgraph-with-games.graphql as it is where games are on', async () => {
    const sdl = await subgraphSdl(withGames)
    await expect(`${sdl}\n`).toMatchFileSnapshot('../../docs/subgraph-with-games.graphql')
  })

  it('knows no game where games are off', async () => {
    expect(await subgraphSdl()).not.toMatch(/^(type Game|enum GameVisibility) /m)
  })

  it('has a type and a field for every resolver', () => {
    expect(resolvers.flatMap((map) => unmatchedKeys(schema, map))).toEqual([])
  })

  it('can find each of its entities by the key', () => {
    const entities = ownTypes(schema)
      .filter(isEntity)
      .map(({ name }) => name)
    const found = resolvers.flatMap((map) =>
      Object.entries(map).flatMap(([name, fields]: [string, object]) =>
        '__resolveReference' in fields ? [name] : [],
      ),
    )
    expect(entities).toContain('User')
    expect(found.sort()).toEqual(entities.sort())
  })

  it('adds only nullable fields to User, so that an outage here leaves the rest of the user standing', () => {
    const { id, ...added } = typesOfFields(schema.getType('User'))
    expect(id).toBe('ID!')
    expect(Object.entries(added).filter(([, type]) => type.endsWith('!'))).toEqual([])
  })

  it('answers every mutation with a payload of its own: whether it changed anything, why not, and the viewer', () => {
    expect(mutations.filter(({ type }) => !isNonNullType(type)).map(({ name }) => name)).toEqual([])
    expect(payloads.map(({ name }) => name)).toEqual(
      mutations.map(({ name }) => {
        const noun = ownNouns[name] ?? name
        return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}Payload`
      }),
    )
    for (const payload of payloads) {
      expect({ of: payload.name, ...typesOfFields(payload) }).toMatchObject({
        changed: 'Boolean!',
        viewer: 'User',
        userErrors: '[ConnectionsError!]!',
      })
    }
  })

  it('knows the reasons for a refusal that the code knows, and no other', () => {
    const codes = schema.getType('ConnectionsErrorCode')
    const names = isEnumType(codes) ? codes.getValues().map(({ name }) => name) : []
    // ALREADY is no refusal: only `can` answers it.
    expect(names).toEqual([...refusalCodes, 'ALREADY'])
  })

  it('calls its moments DateTime and says by which standard they are written', () => {
    expect(schema.getType('DateTime')).toMatchObject({
      name: 'DateTime',
      description: expect.stringContaining('ISO 8601') as string,
      specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
    })
    expect(schema.getType('DateTimeISO')).toBeUndefined()
  })

  it('says of each connection how long it is, and of each field that needs SQL of its own what it costs', () => {
    const fields = ownTypes(schema)
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => ({
          path: `${type.name}.${field.name}`,
          field,
        })),
      )
    const assumedSizes: Readonly<Record<string, number>> = {
      'User.contacts': limits.contactsPage.standard,
      'User.suggestions': limits.suggestions.standard,
    }
    const demands = fields.map(({ path, field }) => ({ path, field, ...demandOf(schema, field) }))
    const connections = demands.filter(({ field }) => /Connection!?$/.test(String(field.type)))
    expect(connections.length).toBeGreaterThan(10)
    for (const { path, assumedSize, slicingArguments } of connections)
      expect({ path, assumedSize, slicingArguments }).toEqual({
        path,
        assumedSize: assumedSizes[path] ?? limits.page.standard,
        slicingArguments: ['first'],
      })
    const computed = demands.filter(({ field: { name } }) =>
      /^(totalCount|mutualFriendCount|can([A-Z].*)?|visibleToViewer)$/.test(name),
    )
    expect(computed.filter(({ weight }) => weight === 0).map(({ path }) => path)).toEqual([])
    expect(computed.length).toBeGreaterThan(15)
    const { type } = schema.getDirective('cost')?.args[0] ?? {}
    expect(String(type)).toBe('Int!')
  })

  it('takes no @oneOf input, which not every gateway understands', () => {
    const inputs = ownTypes(schema).filter(isInputObjectType)
    expect(inputs.filter(({ isOneOf }) => isOneOf)).toEqual([])
    expect(printSchema(schema)).not.toContain('@oneOf')
  })
})

describe('the tests above', () => {
  it('notice an element without a description, wherever it stands', () => {
    const careless = buildASTSchema(
      parse(`
        type Query { "Said." plain(loud: Boolean): Mood }
        enum Mood { GOOD }
        input Wish { much: Int }
      `),
    )
    expect(undescribed(careless)).toEqual([
      'Query',
      'Query.plain(loud:)',
      'Mood',
      'Mood.GOOD',
      'Wish',
      'Wish.much',
    ])
  })

  it('notice a resolver that nothing in the graph answers to', () => {
    const resolve = () => null
    expect(
      unmatchedKeys(schema, {
        Usr: { contacts: resolve },
        User: { contacts: resolve, contatcs: resolve, __resolveReference: resolve },
        PageInfo: { __resolveReference: resolve },
      }),
    ).toEqual(['Usr', 'User.contatcs', 'PageInfo.__resolveReference'])
  })
})

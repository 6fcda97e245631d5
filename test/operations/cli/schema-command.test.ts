import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { composeServices as composeWithApollo } from '@apollo/composition'
import {
  buildSchema as fromSdl,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../../src/server/schema.ts'
import { runHere } from '../../support/command-line.ts'
import { gamesContent, withoutContent } from '../../support/content.ts'
import { subscribe } from '../../support/streams.ts'
import { openTestService } from '../../support/test-service.ts'

const file = (name: string) =>
  fileURLToPath(new URL(`../../../docs/${name}.graphql`, import.meta.url))

const kept = (name: string) => readFileSync(file(name), 'utf8').trimEnd()

const print = async (...options: string[]) => {
  const { code, output, errors } = await runHere(['schema', ...options])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return output
}

/** The problems of composing this subgraph alone. */
function problemsOf(sdl: string): string[] {
  const typeDefs = parse(sdl)
  const { errors } = composeWithApollo([
    { name: 'connections', url: 'http://connections', typeDefs },
  ])
  return (errors ?? []).map(({ message }) => message)
}

const fieldsOf = (schema: GraphQLSchema, name: string) => {
  const type = schema.getType(name)
  return isObjectType(type) ? type.getFields() : {}
}

/** The fields that carry a directive, `Type.field` each. */
function marked(sdl: string, directive: string): string[] {
  return Object.values(fromSdl(sdl).getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter(({ astNode }) =>
            astNode?.directives?.some(({ name }) => name.value === directive),
          )
          .map(({ name }) => `${type.name}.${name}`)
      : [],
  )
}

describe('connections schema', () => {
  it('prints what docs/ holds, with games where the environment has them', async () => {
    const { output } = await runHere(['schema'], { CONTENT: gamesContent })
    await expect(`${await print()}\n`).toMatchFileSnapshot(file('subgraph'))
    await expect(`${output}\n`).toMatchFileSnapshot(file('subgraph-with-games'))
  })

  it('needs nothing else in production', async () => {
    const { code, output } = await runHere(['schema'], { NODE_ENV: 'production' })
    expect(code).toBe(0)
    expect(output).toBe(kept('subgraph'))
  })

  it('takes prefix and fields from the options, or from the environment as the service does', async () => {
    const byOptions = await print('--prefix', 'Social', '--without', 'Query.viewer,User.profile')
    const env = { TYPE_PREFIX: 'Social', WITHOUT: 'Query.viewer,User.profile' }
    expect((await runHere(['schema'], env)).output).toBe(byOptions)
    expect(byOptions).toMatch(/^type SocialRelationship /m)
    const without = (type: string) => Object.keys(fieldsOf(fromSdl(byOptions), type))
    expect(without('Query')).not.toContain('viewer')
    expect(without('User')).not.toContain('profile')
    expect(problemsOf(byOptions)).toEqual([])
  })

  it('answers programs in JSON', async () => {
    expect(JSON.parse(await print('--json'))).toEqual({ sdl: kept('subgraph') })
  })

  it('leaves out what each of several `--without` names', async () => {
    const twice = await print('--without', 'Query.viewer', '--without', 'User.profile')
    expect(twice).toBe(await print('--without', 'Query.viewer,User.profile'))
  })

  it('leaves out for clients what is for services, and every type that only this leads to', async () => {
    const sdl = await print('--client')
    const left = fromSdl(sdl)
    expect(problemsOf(sdl)).toEqual([])
    expect(sdl).not.toContain('@tag(name: "service")')
    for (const name of ['PairInteraction', 'InteractionPair', 'RegisterUsersPayload'])
      expect(left.getType(name), name).toBeUndefined()
    for (const name of ['HiddenUserConnection', 'HiddenUserEdge'])
      expect(left.getType(name), name).toBeUndefined()
    expect(left.getType('Relationship')).toBeDefined()
  })

  it('names what is wrong by the option that it was given with', async () => {
    expect(await runHere(['schema', '--without', 'Query.vewer', '--prefix', 'x'])).toEqual({
      code: 2,
      output: '',
      errors: '--prefix: must be letters and digits that begin with a capital letter',
    })
    expect(await runHere(['schema', '--without', 'Query.vewer'])).toEqual({
      code: 2,
      output: '',
      errors: '--without: Query.vewer: Query has no field vewer',
    })
    expect(await runHere(['schema'], { WITHOUT: 'User.id' })).toEqual({
      code: 2,
      output: '',
      errors: 'WITHOUT: User.id: the key of an entity must stay',
    })
  })
})

const app = await openTestService()

describe('connections schema --auth-directives', () => {
  it('composes, alone and with the other options', async () => {
    expect(problemsOf(await print('--auth-directives'))).toEqual([])
    expect(problemsOf(await print('--auth-directives', '--client', '--prefix', 'Our'))).toEqual([])
  })

  it('has room for content of any name, also of one that every object of JavaScript inherits', async () => {
    const CONTENT = 'constructor:toString:valueOf:Audience'
    const { code, output } = await runHere(['schema', '--auth-directives'], { CONTENT })
    expect(code).toBe(0)
    expect(fieldsOf(fromSdl(output), 'constructor')).toHaveProperty('visibleToViewer')
  })

  it('asks for the scope of services where the tag says that a field is theirs', async () => {
    const sdl = await print('--auth-directives')
    const forServices = marked(sdl, 'requiresScopes')
    expect(forServices).toEqual(marked(sdl, 'tag'))
    expect(forServices).toEqual(expect.arrayContaining(['Query.interactions']))
    expect(sdl).toContain('@requiresScopes(scopes: [["connections:service"]])')
  })

  it('asks for a token where somebody without one gets nothing but an error', async () => {
    const sdl = await print('--auth-directives')
    const [alice] = await app.people('alice')
    const ids = [{ __typename: 'User', id: alice.id }]
    const refused: string[] = []
    for (const [type, field] of askable()) {
      const document =
        type === 'User'
          ? `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { ${selection(field)} } } }`
          : `${type.toLowerCase()} { ${selection(field)} }`
      const answer =
        type === 'Subscription'
          ? await (await subscribe(app, app.nobody, document)).next()
          : await app.nobody.ask(document, type === 'User' ? { ids } : {})
      const body = JSON.stringify(answer)
      const codes = (answer?.errors ?? []).map(({ extensions }) => extensions.code)
      expect(codes, body).not.toContain('GRAPHQL_VALIDATION_FAILED')
      if (codes.some((code) => ['UNAUTHENTICATED', 'FORBIDDEN'].includes(code)))
        refused.push(`${type}.${field.name}`)
    }
    const withToken = marked(sdl, 'authenticated')
    expect([...withToken, ...marked(sdl, 'requiresScopes')].sort()).toEqual(refused.sort())
  })
})

/** The fields with which an answer begins. */
function askable(): (readonly [string, GraphQLField<unknown, unknown>])[] {
  const schema = buildSchema(withoutContent)
  return ['Query', 'Mutation', 'Subscription', 'User'].flatMap((name) =>
    Object.values(fieldsOf(schema, name))
      .filter((field) => !field.name.startsWith('_'))
      .map((field) => [name, field] as const),
  )
}

/** The field with the least that it takes, and the least of what it gives. */
function selection(field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter(({ type }) => isNonNullType(type))
  const args = needed.map((arg) => `${arg.name}: ${values[typeOf(arg)] ?? '{}'}`)
  const isLeaf = /^(ID|String|Boolean|Int)!?$/.test(String(field.type))
  return `${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${isLeaf ? '' : ' { __typename }'}`
}

const typeOf = (arg: GraphQLArgument) => String(arg.type).replaceAll('!', '')

const id = '"00000000-0000-4000-8000-00000000000f"'
const values: Readonly<Record<string, string>> = {
  ID: id,
  '[ID]': `[${id}]`,
  String: '"anybody"',
  '[InteractionPair]': `[{ actorId: ${id}, otherId: ${id} }]`,
  '[GameFactInput]': `[{ id: "1", kind: ACTIVE, gameId: "", userId: ${id}, at: "2026-11-28T12:00:00Z" }]`,
  DateTime: '"2026-11-28T00:00:00Z"',
  RequestDecision: 'REJECT',
  RequestDirection: 'INCOMING',
  FriendshipLevel: 'CLOSE',
}

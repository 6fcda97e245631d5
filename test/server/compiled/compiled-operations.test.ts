import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { buildSchema as fromSdl, Kind, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { compilingExecutor } from '../../../src/server/compiled/executor.ts'
import { arePlain, isProvable } from '../../../src/server/compiled/provable.ts'
import { buildSchema } from '../../../src/server/schema.ts'
import { documents } from '../../bench/systems/words.ts'
import { withGames } from '../../support/content.ts'

const schema = buildSchema(withGames)

function judge(document: string): boolean {
  const parsed = parse(document)
  expect(validate(schema, parsed)).toEqual([])
  return isProvable(schema, parsed)
}

const refused: Readonly<Record<string, string>> = {
  'a mutation': 'mutation ($id: ID!) { blockUser(userId: $id) { changed } }',
  'a condition': 'query ($o: Boolean!) { viewer { id username @skip(if: $o) } }',
  'a condition that is always true': '{ viewer { ... @include(if: true) { id } } }',
  'a condition in a fragment':
    'query ($o: Boolean!) { viewer { ...G } } fragment G on User { id username @include(if: $o) }',
  'a default': 'query ($n: Int = 2) { viewer { friends(first: $n) { totalCount } } }',
  'a variable inside a literal':
    'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { __typename } }',
  'a variable inside a list': 'query ($id: ID!) { relationships(userIds: [$id]) { isContact } }',
  'a variable of a type that is read in several ways':
    'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { actor { id } } }',
  'a look-up that is counted': 'query ($u: String!) { userByUsername(username: $u) { id } }',
  'a name that every object has': '{ viewer { constructor: username } }',
  'a name that JavaScript keeps for itself': '{ viewer { __proto__: username } }',
  'the schema': '{ __schema { queryType { name } } }',
  'several operations': 'query A { viewer { id } } query B { viewer { id } }',
}

describe('a document that is compiled', () => {
  it.each(Object.entries(documents))('is what a gateway sends: %s', (_name, document) => {
    expect(judge(document)).toBe(true)
  })

  it.each(Object.entries(refused))('has not %s', (_name, document) => {
    expect(judge(document)).toBe(false)
  })

  it('is left to graphql-js when a variable has no value, or one of another kind', () => {
    const document = parse(
      'query ($n: Int, $ids: [ID!]) { viewer { friends(first: $n) { totalCount } } }',
    )
    const [operation] = document.definitions
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation.')
    const plain = (values: object) => arePlain(schema, operation, { ...values })
    expect(plain({ n: 2, ids: ['a'] })).toBe(true)
    expect(plain({ n: 2 })).toBe(false)
    expect(plain({ n: null, ids: [] })).toBe(false)
    expect(plain({ n: 2, ids: 'a' })).toBe(false)
    expect(plain({ n: 2, ids: ['a', 7] })).toBe(false)
  })
})

const contextValue = { forget: () => undefined }

describe('a plugin of Apollo Server', () => {
  it('sees every request, and every field if it asks to', async () => {
    const toy = fromSdl('type Query { one: String two: String }')
    const seen: string[] = []
    let watches = false
    const apollo = new ApolloServer({
      gateway: compilingExecutor(toy),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        {
          requestDidStart: () =>
            Promise.resolve({
              executionDidStart: () => {
                seen.push('request')
                return Promise.resolve(
                  watches
                    ? { willResolveField: ({ info }) => void seen.push(info.fieldName) }
                    : undefined,
                )
              },
            }),
        },
      ],
    })
    await apollo.start()
    const ask = () => apollo.executeOperation({ query: '{ one two }' }, { contextValue })
    for (let time = 0; time < 4; time++) await ask()
    expect(seen).toEqual(['request', 'request', 'request', 'request'])
    watches = true
    await ask()
    expect(seen.slice(4)).toEqual(['request', 'one', 'two'])
    await apollo.stop()
  })
})

describe('a compiled answer with an error', () => {
  it('is not sent: graphql-js answers instead', async () => {
    const toy = fromSdl('type Query { good: String bad: String }')
    const calls: number[] = []
    const executors: string[] = []
    const bad = toy.getQueryType()?.getFields()['bad']
    if (bad !== undefined)
      bad.resolve = () => {
        calls.push(1)
        throw new Error('It is bad.')
      }
    const apollo = new ApolloServer({
      gateway: compilingExecutor(toy, (executor) => executors.push(executor)),
      plugins: [ApolloServerPluginCacheControlDisabled()],
    })
    await apollo.start()
    const answers = []
    for (let time = 0; time < 4; time++) {
      const { body } = await apollo.executeOperation({ query: '{ good bad }' }, { contextValue })
      answers.push(JSON.stringify(body))
    }
    expect(new Set(answers).size).toBe(1)
    // Compiled from the second time on, and asked by both executors since.
    expect(calls).toHaveLength(1 + 3 * 2)
    expect(executors).toEqual(['graphql-js', 'both', 'both', 'both'])
    await apollo.stop()
  })
})

import { type GraphQLSchema, isObjectType } from 'graphql'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import { idOf, names } from './cast.ts'
import type { Answering } from './question.ts'

/** Cursors of each list of the first people, by the list's field: where a page can begin. */
export async function readCursors(reference: Answering): Promise<Map<string, string[]>> {
  const cursors = new Map<string, string[]>()
  const add = (field: string, body: string) => {
    const found = [...body.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor = '']) => cursor)
    cursors.set(field, [...(cursors.get(field) ?? []), ...found])
  }
  const schema = buildSchema(withGames)
  for (const name of names.slice(0, 5)) {
    for (const { field, call } of listsOf(schema)) {
      const text = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${call} { edges { cursor } } } } }`
      const variables = { of: names.map((one) => ({ __typename: 'User', id: idOf(one) })) }
      const { body } = await reference.ask({ text, variables, askers: [name, name] }, name)
      add(field, body)
    }
    const search = '{ searchUsers(query: "example") { edges { cursor } } }'
    add('searchUsers', (await reference.ask({ text: search, askers: [name, name] }, name)).body)
  }
  return cursors
}

/** The paged lists of a person, each called with what it must be told. */
function listsOf(schema: GraphQLSchema): { readonly field: string; readonly call: string }[] {
  const user = schema.getType('User')
  if (!isObjectType(user)) return []
  return Object.values(user.getFields()).flatMap(({ name, args }) => {
    if (!args.some((argument) => argument.name === 'after')) return []
    const directed = args.some((argument) => argument.name === 'direction')
    const calls = directed ? ['INCOMING', 'OUTGOING'].map((way) => `(direction: ${way})`) : ['']
    return calls.map((more) => ({ field: name, call: `${name}${more}` }))
  })
}

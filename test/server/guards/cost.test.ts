import { Kind, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { measureCost } from '../../../src/server/guards/cost.ts'
import { buildSchema } from '../../../src/server/schema.ts'
import { withGames } from '../../support/content.ts'

const schema = buildSchema(withGames)

/** What a document costs, with these variables. */
function cost(document: string, variables: Record<string, unknown> = {}): number {
  const parsed = parse(document)
  expect(validate(schema, parsed)).toEqual([])
  const [operation] = parsed.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation.')
  const fragments = parsed.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return measureCost(schema, operation, fragments, variables).cost
}

describe('what an operation costs', () => {
  it.each([
    ['nothing for a single person', '{ viewer { id username } }', 0],
    [
      'a page as long as it is asked for',
      '{ viewer { friends(first: 7) { edges { cursor } } } }',
      7,
    ],
    ['an assumed page', '{ viewer { friends { edges { cursor } } } }', 20],
    ['ten contacts, as many as a page has', '{ viewer { contacts { edges { cursor } } } }', 10],
    [
      'never more than a page can hold',
      '{ viewer { friends(first: 5000) { edges { cursor } } } }',
      100,
    ],
    ['the page for its `pageInfo`', '{ viewer { friends { pageInfo { hasNextPage } } } }', 20],
    ['a count, and no page', '{ viewer { friends(first: 100) { totalCount } } }', 10],
    [
      'a count once, not for each edge',
      '{ viewer { friends { totalCount edges { cursor } } } }',
      30,
    ],
    [
      'the same in a fragment',
      '{ viewer { friends { ...F } } } fragment F on FriendConnection { totalCount edges { cursor } }',
      30,
    ],
    [
      'a list in a list, and what is asked of each there',
      '{ viewer { friends(first: 5) { edges { node { followers(first: 3) { totalCount edges { cursor } } } } } } }',
      5 * (1 + 3 + 10),
    ],
    [
      'both of two lists under other names',
      '{ viewer { friends { a: edges { node { relationship { mutualFriendCount } } } edges { cursor } } } }',
      20 * (1 + 10),
    ],
    [
      'as many relationships as there are ids',
      '{ relationships(userIds: ["a", "b", "c"]) { canMessage mutualFriendCount can(action: SEE) { allowed } } }',
      3 * (1 + 1 + 10 + 1),
    ],
    ['six quotas', '{ viewer { quotas { limit } } }', 6],
    ['a search', '{ searchUsers(query: "al", first: 5) { edges { node { id } } } }', 100 + 5],
    ['a look-up', '{ userByUsername(username: "alice") { id } }', 10],
    ['nothing for introspection', '{ __schema { types { fields { name } } } }', 0],
  ])('%s', (_what, document, expected) => {
    expect(cost(document)).toBe(expected)
  })

  it('is as much in each entity that a gateway asks for', () => {
    const document = `query ($ids: [_Any!]!) { _entities(representations: $ids) {
      ... on Game { visibleToViewer } ... on User { relationship { isContact } } } }`
    expect(cost(document, { ids: [{}, {}, {}] })).toBe(3 * (1 + 1))
    expect(cost(document, { ids: [] })).toBe(0)
  })
})

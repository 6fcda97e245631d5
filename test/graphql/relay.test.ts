import { parser, rules } from '@graphql-eslint/eslint-plugin'
import { Linter } from 'eslint'
import { printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'

// The Relay rules of graphql-eslint, which know nothing of us.

/** The rules, and where the graph is less than all that Relay could have. */
const relay = {
  'relay/relay-connection-types': 'error',
  'relay/relay-edge-types': [
    'error',
    {
      withEdgeSuffix: true,
      // Federation finds a thing by its type and key, so there is no interface `Node` and no field
      // `node(id:)`.
      shouldImplementNode: false,
      // `userErrors`, `relationships` and the like are whole lists, not pages: nothing of them is
      // left out to be asked for later.
      listTypeCanWrapOnlyEdgeType: false,
    },
  ],
  'relay/relay-page-info': 'error',
  // Lists are read forward only. A page is found by the index from its newest row on; `last` and
  // `before` would need a second order of each list, and nobody reads a list of people from its
  // end.
  'relay/relay-arguments': ['error', { includeBoth: false }],
} satisfies Linter.RulesRecord

/** What the rules complain of in a schema, each once, with the line that it is about. */
function complaints(sdl: string): string[] {
  const config = {
    files: ['**/*.graphql'],
    plugins: { relay: { rules } },
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: sdl } } },
    rules: relay,
  } as unknown as Linter.Config
  const lines = sdl.split('\n')
  return new Linter()
    .verify(sdl, [config], 'schema.graphql')
    .map(({ message, line }) => `${lines[line - 1]?.trim() ?? ''}: ${message}`)
}

describe('the graph', () => {
  it('keeps Relay’s rules for connections, edges, page info and arguments', () => {
    // Printed, so that `@link`, which the linter’s own view of federation stumbles over, is not in
    // it.
    const sdl = printSchema(buildSchema(withGames))
    expect(sdl.match(/^type \w+Connection /gm)?.length).toBeGreaterThan(4)
    expect(complaints(sdl)).toEqual([])
  })
})

describe('a graph that breaks the rules', () => {
  it('is told where', () => {
    const careless = `
      type Query { friends(after: Int): FriendConnection }
      type FriendConnection { edges: FriendEdge pageInfo: PageInfo }
      type FriendEdge { node: [String] }
      type PageInfo { hasNextPage: Boolean! }
    `
    expect(complaints(careless)).toMatchInlineSnapshot(`
      [
        "type Query { friends(after: Int): FriendConnection }: A field that returns a Connection type must include forward pagination arguments (\`first\` and \`after\`), backward pagination arguments (\`last\` and \`before\`), or both.",
        "type FriendConnection { edges: FriendEdge pageInfo: PageInfo }: \`edges\` field must return a list type.",
        "type FriendConnection { edges: FriendEdge pageInfo: PageInfo }: \`pageInfo\` field must return a non-null \`PageInfo\` Object type.",
        "type FriendEdge { node: [String] }: Edge type must contain a field \`cursor\` that return either a String, Scalar, or a non-null wrapper wrapper around one of those types.",
        "type FriendEdge { node: [String] }: Field \`node\` must return either a Scalar, Enum, Object, Interface, Union, or a non-null wrapper around one of those types.",
        "type PageInfo { hasNextPage: Boolean! }: \`PageInfo\` must contain a field \`hasPreviousPage\`, that return non-null Boolean.",
        "type PageInfo { hasNextPage: Boolean! }: \`PageInfo\` must contain a field \`startCursor\`, that return either String or Scalar, which can be null if there are no results.",
        "type PageInfo { hasNextPage: Boolean! }: \`PageInfo\` must contain a field \`endCursor\`, that return either String or Scalar, which can be null if there are no results.",
      ]
    `)
  })
})

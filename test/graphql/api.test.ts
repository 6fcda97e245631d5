import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { composeServices } from '@theguild/federation-composition'
import { buildSchema, lexicographicSortSchema, parse, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { withGames } from '../support/content.ts'
import { subgraphSdl } from '../support/subgraph.ts'

// What clients of the gateway see of this subgraph: the composed API schema, without federation's
// own directives. It is kept in docs/api.graphql, so that a change of it is seen in review, and one
// that breaks a client is never made by accident.

const kept = fileURLToPath(new URL('../../docs/api.graphql', import.meta.url))

/**
 * The least that a subgraph of games must have. What neighbours add to the graph beside it is
 * theirs to keep.
 */
const games = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Game @key(fields: "id") { id: ID! creator: User! visibility: GameVisibility! }
  type User @key(fields: "id", resolvable: false) { id: ID! }
  enum GameVisibility { PUBLIC FRIENDS CLOSE }
`)

/** The API schema that a composer makes of this subgraph, with all of its modules. */
async function apiSdl(): Promise<string> {
  const typeDefs = parse(await subgraphSdl(withGames))
  const composed = composeServices([
    { name: 'connections', url: 'http://connections', typeDefs },
    { name: 'games', url: 'http://games', typeDefs: games },
  ])
  if (composed.publicSdl === undefined) throw new Error(JSON.stringify(composed.errors))
  return `${printSchema(lexicographicSortSchema(buildSchema(composed.publicSdl)))}\n`
}

/**
 * What in the second schema breaks a client of the first, in the inspector's words; nothing when
 * all of them go on working.
 */
async function breakingChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after))
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path, message }) => `${path ?? ''}: ${message}`)
}

describe('the graph that clients see', () => {
  // Read before anything is written: `vitest -u` takes a break down as well, and the run that does
  // so fails and lists it.
  const before = existsSync(kept) ? readFileSync(kept, 'utf8') : null

  it('breaks no client of the one in docs/api.graphql', async () => {
    const now = await apiSdl()
    await expect(breakingChanges(before ?? now, now)).resolves.toEqual([])
  })

  it('is the one in docs/api.graphql, also where it has grown', async () => {
    await expect(await apiSdl()).toMatchFileSnapshot(kept)
  })
})

describe('a change of the graph', () => {
  const before = `
    type Query { viewer(name: String): User }
    type User { id: ID! username: String friends(first: Int): [User!] }
    enum Level { FRIEND CLOSE }
  `

  it('that takes a field away is named as breaking', async () => {
    const after = before.replace('username: String ', '')
    await expect(breakingChanges(before, after)).resolves.toMatchInlineSnapshot(`
      [
        "User.username: Field 'username' was removed from object type 'User'",
      ]
    `)
  })

  it('that asks for more, promises less or forgets a value is named as breaking', async () => {
    const after = before
      .replace('first: Int', 'first: Int!')
      .replace('id: ID!', 'id: ID')
      .replace(' CLOSE', '')
    await expect(breakingChanges(before, after)).resolves.toMatchInlineSnapshot(`
      [
        "User.id: Field 'User.id' changed type from 'ID!' to 'ID'",
        "User.friends.first: Type for argument 'first' on field 'User.friends' changed from 'Int' to 'Int!'",
        "Level.CLOSE: Enum value 'CLOSE' was removed from enum 'Level'",
      ]
    `)
  })

  it('that only adds breaks nobody', async () => {
    const after = before
      .replace('first: Int', 'first: Int, after: String')
      .replace('id: ID!', 'id: ID! city: String')
      .replace('CLOSE', 'CLOSE CLOSEST')
    await expect(breakingChanges(before, after)).resolves.toEqual([])
  })
})

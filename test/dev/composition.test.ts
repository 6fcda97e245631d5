import { readFileSync } from 'node:fs'
import {
  getNamedType,
  type GraphQLNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import {
  type GraphShape,
  type Modules,
  plainShape,
  shapedTypeDefs,
} from '../../src/server/type-defs.ts'
import { type Composed, composers, type Service, service } from '../support/composers.ts'
import { gamesContent, withGames, withoutContent } from '../support/content.ts'
import { eventsSdl } from '../support/events-subgraphs.ts'
import { subgraphSdl } from '../support/subgraph.ts'

/** A sample subgraph of the dev stack, by its schema file. */
function sampleOf(name: string, folder = `${name}/`): Service {
  const file = new URL(`../../src/dev/sample-subgraphs/${folder}${name}.graphql`, import.meta.url)
  return service(name, readFileSync(file, 'utf8'))
}

const accounts = sampleOf('accounts', '')
const games = sampleOf('games')
const notifications = sampleOf('notifications')

/** With every name that is ours alone under a prefix. */
const prefixed: GraphShape = { ...plainShape, typePrefix: 'Social' }

/**
 * Our schema, as it is written and as it is told to a gateway, with our own names and with others.
 */
const tellings: Record<string, (modules: Modules) => Promise<Service>> = {
  'as it is written': (modules) => Promise.resolve(written(modules, plainShape)),
  'as `_service` tells it': (modules) => told(modules, plainShape),
  'as it is written, with a prefix': (modules) => Promise.resolve(written(modules, prefixed)),
  'as `_service` tells it, with a prefix': (modules) => told(modules, prefixed),
}

function written(modules: Modules, shape: GraphShape): Service {
  return service('connections', print(shapedTypeDefs(modules, shape).typeDefs))
}

async function told(modules: Modules, shape: GraphShape): Promise<Service> {
  return service('connections', await subgraphSdl(modules, shape))
}

/** The names of a type's fields, as clients of the composed graph see them. */
function clientFields({ graph }: Composed, type: string): string[] {
  const found = graph?.getType(type)
  return isObjectType(found) ? Object.keys(found.getFields()) : []
}

/** The types that a type names, as those of its fields and arguments. */
function namedBy(type: GraphQLNamedType): GraphQLNamedType[] {
  if (isUnionType(type)) return [...type.getTypes()]
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => getNamedType(field.type))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) =>
    [field, ...field.args].map((one) => getNamedType(one.type)),
  )
}

/** Types that no operation leads to. */
function orphansOf({ graph }: Composed): string[] {
  const reached = new Set<GraphQLNamedType>()
  const reach = (type: GraphQLNamedType | null | undefined): void => {
    if (type == null || reached.has(type)) return
    reached.add(type)
    for (const next of namedBy(type)) reach(next)
  }
  reach(graph?.getQueryType())
  reach(graph?.getMutationType())
  reach(graph?.getSubscriptionType())
  return (
    Object.values(graph?.getTypeMap() ?? {})
      .filter((type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type))
      .filter((type) => !reached.has(type))
      .map(({ name }) => name)
      // WunderGraph's composer leaves the federation's own scalars in every graph.
      .filter((name) => !name.startsWith('federation__'))
  )
}

describe.each(Object.entries(composers))('%s', (_composer, { compose, contract }) => {
  describe.each(Object.entries(tellings))('with our schema %s', (_telling, ours) => {
    it('joins it with the sample subgraphs, games among them', async () => {
      const composed = compose([accounts, await ours(withGames), games, notifications])
      expect(composed.problems).toEqual([])
      expect(clientFields(composed, 'Game')).toEqual(
        expect.arrayContaining(['title', 'creator', 'visibility', 'visibleToViewer']),
      )
      expect(clientFields(composed, 'User')).toEqual(
        expect.arrayContaining(['email', 'relationship', 'inviteCandidates', 'notifications']),
      )
      expect(clientFields(composed, 'Notification')).toContain('game')
      expect(clientFields(composed, 'Subscription').sort()).toEqual([
        'gameChanged',
        'notificationAdded',
        'relationshipChanged',
      ])
    })

    it('joins it with games and events at once, of two subgraphs', async () => {
      const { modules } = readConfig({ CONTENT: `${gamesContent},Event:host:audience:Audience` })
      const events = service('events', eventsSdl)
      const composed = compose([accounts, await ours(modules), games, events])
      expect(composed.problems).toEqual([])
      for (const type of ['Game', 'Event'])
        expect(clientFields(composed, type)).toEqual(
          expect.arrayContaining(['title', 'visibleToViewer']),
        )
    })

    it('joins it with samples that know no games', async () => {
      const composed = compose([accounts, await ours(withoutContent), notifications])
      expect(composed.problems).toEqual([])
      // Notifications says which game it was; the game itself is for games to show.
      expect(clientFields(composed, 'Notification')).toContain('gameId')
      expect(clientFields(composed, 'Notification')).not.toContain('game')
      expect(clientFields(composed, 'User')).toContain('inviteCandidates')
    })

    it('joins it with games when ours are off: they are visible to whoever games shows them', async () => {
      const composed = compose([accounts, await ours(withoutContent), games])
      expect(composed.problems).toEqual([])
      expect(clientFields(composed, 'Game')).not.toContain('visibleToViewer')
    })

    it('refuses games of ours that nobody owns, which is why they are off by themselves', async () => {
      const { problems } = compose([accounts, await ours(withGames), notifications])
      expect(problems.join('\n')).toMatch(/Game/)
    })

    it('joins it with accounts that answer `username` and `user(id)`, too, and keeps Relay’s directive to itself', async () => {
      const alike = service(
        'accounts',
        `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
         type Query { user(id: ID!): User @shareable }
         type User @key(fields: "id") { id: ID! username: String @shareable email: String }`,
      )
      const composed = compose([alike, await ours(withoutContent)])
      expect(composed.problems).toEqual([])
      expect(clientFields(composed, 'User')).toEqual(expect.arrayContaining(['email', 'username']))
      expect(clientFields(composed, 'Query')).toEqual(
        expect.arrayContaining(['user', 'fetch__User']),
      )
      expect(composed.graph?.getDirective('fetchable')).toBeFalsy()
    })

    it('can leave what is for services out of the graph that clients get, by its tag', async () => {
      const all = [accounts, await ours(withGames), games, notifications]
      const without = contract(all, 'service')
      expect(without.problems).toEqual([])
      const forServices = [
        'Query.interactions',
        'Query.interactionsWithin',
        'Query.hiddenFrom',
        'Query.socialInsights',
        'Mutation.registerUsers',
        'Mutation.recordGameFacts',
      ]
      const fieldsOf = (composed: Composed) =>
        ['Query', 'Mutation'].flatMap((type) =>
          clientFields(composed, type).map((field) => `${type}.${field}`),
        )
      const full = fieldsOf(compose(all))
      expect(full).toEqual(expect.arrayContaining(forServices))
      expect(fieldsOf(without)).toEqual(full.filter((field) => !forServices.includes(field)))
      expect(orphansOf(compose(all))).toEqual([])
      expect(orphansOf(without)).toEqual([])
    })
  })

  it('would say what does not fit', async () => {
    const clash = service(
      'clash',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
       type Query { pages: PageInfo } type PageInfo { hasNextPage: Int! }`,
    )
    const ours = service('connections', await subgraphSdl())
    expect(compose([ours, clash]).problems.join('\n')).toContain('PageInfo.hasNextPage')
  })
})

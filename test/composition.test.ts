import { composeServices as composeWithApollo } from '@apollo/composition'
import { composeServices as composeWithGuild } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { subgraphSdl } from './subgraph.ts'

/** The subgraph that owns what a person is called: the smallest neighbour there is. */
const accounts = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query { viewer: User @shareable }
  type User @key(fields: "id") { id: ID! name: String }
`

const subgraphs = async (neighbour = accounts) => [
  { name: 'accounts', url: 'http://accounts', typeDefs: parse(neighbour) },
  { name: 'connections', url: 'http://connections', typeDefs: parse(await subgraphSdl()) },
]

type Services = Awaited<ReturnType<typeof subgraphs>>

/** What is wrong, in the composer's words; nothing when there is a supergraph. */
const composers: Record<string, (services: Services) => string[]> = {
  'Apollo’s composer': (services) =>
    composeWithApollo(services).errors?.map(({ message }) => message) ?? [],
  'the Guild’s composer': (services) =>
    composeWithGuild(services).errors?.map(({ message }) => message) ?? [],
}

describe.each(Object.entries(composers))('%s', (_name, compose) => {
  it('joins this subgraph with the one that owns names', async () => {
    expect(compose(await subgraphs())).toEqual([])
  })

  it('would say what does not fit', async () => {
    const clash = `${accounts} type PageInfo { hasNextPage: Int! }`
    expect(compose(await subgraphs(clash)).join('\n')).toContain('PageInfo.hasNextPage')
  })
})

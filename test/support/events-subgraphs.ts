import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Subgraph } from '../../src/dev/gateway/supergraph.ts'
import {
  listen,
  serveSubgraph,
  subgraphServer,
  type Trust,
} from '../../src/dev/sample-subgraphs/subgraph.ts'

export interface Event {
  readonly id: string
  readonly title: string
  readonly host: { readonly id: string }
  readonly audience: string
}

const guide = readFileSync(new URL('../../docs/guides/content.md', import.meta.url), 'utf8')

/** What the guide has in a block of a language, the first of which says something. */
export function fromGuide(language: string, saying: string): string {
  const blocks = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))]
  const found = blocks.find(([, text = '']) => text.includes(saying))?.[1]
  if (found === undefined) throw new Error(`The guide has no ${language} with ${saying}.`)
  return found
}

/** The subgraph that owns `Event`, as the guide tells other teams to write it. */
export const eventsSdl = fromGuide('graphql', 'type Event @key')

/** A subgraph for which `Event` is one of many things that can be listed. */
export const listingsSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { listings: [Listing!]! }
  interface Listing @key(fields: "id") { id: ID! }
  type Event implements Listing @key(fields: "id") { id: ID! }
`

/** A subgraph that adds to whatever can be listed, and does not know what there is. */
export const ratingsSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])
  type Listing @key(fields: "id") @interfaceObject { id: ID! stars: Int! }
`

/** The three, running, with these events. */
export async function serveEvents(events: readonly Event[], trust: Trust) {
  const folder = mkdtempSync(join(tmpdir(), 'events-'))
  const byId = ({ id }: { id: string }) => events.find((event) => event.id === id) ?? null
  const graphs = {
    events: {
      sdl: eventsSdl,
      resolvers: { Query: { events: () => events }, Event: { __resolveReference: byId } },
    },
    listings: {
      sdl: listingsSdl,
      resolvers: {
        Query: {
          listings: () => events.map(({ id }) => ({ __typename: 'Event', id })),
        },
        Listing: { __resolveType: () => 'Event' },
      },
    },
    ratings: {
      sdl: ratingsSdl,
      resolvers: { Listing: { stars: ({ id }: { id: string }) => id.length } },
    },
  }
  const servers = await Promise.all(
    Object.entries(graphs).map(async ([name, { sdl, resolvers }]) => {
      const file = join(folder, `${name}.graphql`)
      writeFileSync(file, sdl)
      const app = subgraphServer()
      const typeDefs = pathToFileURL(file)
      await serveSubgraph(app, { typeDefs, resolvers, context: () => ({}) }, trust)
      return { name, url: `${await listen(app, 0)}/graphql`, close: () => app.close() }
    }),
  )
  return {
    subgraphs: servers.map(({ name, url }): Subgraph => ({ name, url })),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()))
      rmSync(folder, { recursive: true })
    },
  }
}

import { readFileSync } from 'node:fs'
import type { Subgraph } from '../../src/dev/gateway/supergraph.ts'
import {
  listen,
  serveSubgraph,
  type Subgraph as Written,
  subgraphServer,
  type Trust,
} from '../../src/dev/sample-subgraphs/subgraph.ts'
import { type Service, service } from './composers.ts'

// Six subgraphs as other teams write them, none of which we have a say in.

export type Sample = keyof typeof resolvers

interface Ref {
  readonly id: string
}

/** What a gateway has asked us for chat. */
interface Towards extends Ref {
  readonly relationship: { canMessage: boolean; friendshipLevel: string | null } | null
}

/**
 * What the samples know: whoever is here has an account, wrote a review, and gives an event for
 * each audience.
 */
export interface Stories {
  readonly people: readonly { readonly id: string; readonly name: string }[]
}

const audiences = ['PUBLIC', 'FRIENDS', 'CLOSE'] as const

const nameOf = ({ people }: Stories, { id }: Ref) =>
  people.find((person) => person.id === id)?.name ?? null

const reviewsOf = (stories: Stories) =>
  stories.people.map(({ id, name }) => ({
    id: `review of ${id}`,
    text: 'Good.',
    author: { id, username: `${name}, when it was written` },
  }))

const eventsOf = ({ people }: Stories) =>
  people.flatMap(({ id, name }) =>
    audiences.map((audience) => {
      const title = `${name}, ${audience}`
      return { __typename: 'Event', id: `${audience} ${id}`, title, host: { id }, audience }
    }),
  )

/** How each sample answers. */
const resolvers = {
  accounts: (stories: Stories) => ({
    Query: { viewer: (_: unknown, __: object, { viewer }: Asked) => viewer },
    User: {
      username: (user: Ref) => nameOf(stories, user),
      profile: (user: Ref) => ({ fullName: `${nameOf(stories, user) ?? 'Nobody'} Smith` }),
    },
  }),
  reviews: (stories: Stories) => ({
    Query: { latestReviews: () => reviewsOf(stories) },
    User: { reviews: ({ id }: Ref) => reviewsOf(stories).filter(({ author }) => author.id === id) },
    Review: {
      __resolveReference: ({ id }: Ref) => reviewsOf(stories).find((review) => review.id === id),
    },
  }),
  chat: () => ({
    Query: { chats: (_: unknown, { with: ids }: { with: string[] }) => ids.map((id) => ({ id })) },
    User: {
      canOpenChat: ({ relationship }: Towards) => relationship?.canMessage ?? false,
      chatRank: ({ relationship }: Towards) =>
        ['FRIEND', 'CLOSE'].indexOf(relationship?.friendshipLevel ?? '') + 1,
    },
  }),
  trophies: (stories: Stories) => ({
    Query: { champions: () => stories.people.map(({ id }) => ({ id })) },
    User: { trophies: () => [{ name: 'Cup' }] },
  }),
  ratings: () => ({ Listing: { stars: ({ id }: Ref) => id.length } }),
  events: (stories: Stories) => ({
    Query: { events: () => eventsOf(stories), listings: () => eventsOf(stories) },
    Event: { __resolveReference: ({ id }: Ref) => eventsOf(stories).find((one) => one.id === id) },
  }),
}

interface Asked {
  readonly viewer: Ref | null
}

export const sampleNames = Object.keys(resolvers) as Sample[]

const fileOf = (name: Sample) => new URL(`samples/${name}.graphql`, import.meta.url)

/** A sample as its team wrote it. */
export const sampleSdl = (name: Sample): string => readFileSync(fileOf(name), 'utf8')

/** A sample for a composer. */
export const sample = (name: Sample): Service => service(name, sampleSdl(name))

/** All samples, running. */
export async function serveSamples(stories: Stories, trust: Trust) {
  const running = await Promise.all(
    sampleNames.map(async (name) => {
      const app = subgraphServer()
      const written: Written<Asked> = {
        typeDefs: fileOf(name),
        resolvers: resolvers[name](stories),
        context: (identity) => ({
          viewer: identity.kind === 'viewer' ? { id: identity.userId } : null,
        }),
      }
      await serveSubgraph(app, written, trust)
      return { name, url: `${await listen(app, 0)}/graphql`, close: () => app.close() }
    }),
  )
  return {
    subgraphs: running.map(({ name, url }): Subgraph => ({ name, url })),
    close: async () => {
      await Promise.all(running.map((one) => one.close()))
    },
  }
}

import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLSchema, parse } from 'graphql'
import type { PrismaClient } from '../../../src/generated/prisma/client.ts'
import { naiveTypes } from './naive-types.ts'
import type { UsualLoaders } from './usual-loaders.ts'
import { contactPage, countBlocks, countRequests, friendPage } from './usual-pages.ts'

/** What the resolvers of one request share. */
export interface Asking {
  readonly viewer: string
  readonly loaders: UsualLoaders
}

interface Person {
  readonly id: string
}

interface Page {
  readonly first: number
  readonly orderBy?: string
}

/** The part of our schema that the questions need, with resolvers that hand out plain objects. */
export function usualSchema(prisma: PrismaClient): GraphQLSchema {
  const resolvers = {
    Query: { viewer: (_root: unknown, _args: unknown, { viewer }: Asking) => ({ id: viewer }) },
    User: {
      __resolveReference: ({ id }: Person) => ({ id }),
      username: ({ id }: Person, _args: unknown, { loaders }: Asking) => loaders.username.load(id),
      profile: ({ id }: Person, _args: unknown, { loaders }: Asking) => loaders.profile.load(id),
      relationship: ({ id }: Person, _args: unknown, { viewer, loaders }: Asking) =>
        id === viewer ? null : loaders.relationship.load(id),
      friends: ({ id }: Person, { first, orderBy }: Page) =>
        friendPage(prisma, id, first, orderBy === 'CLOSE_FIRST'),
      contacts: async ({ id }: Person, { first }: Page, { loaders }: Asking) =>
        contactPage(prisma, id, first, await loaders.hidden()),
      requests: async (
        { id }: Person,
        { direction }: { direction: string },
        { loaders }: Asking,
      ) => ({
        totalCount: await countRequests(
          prisma,
          id,
          direction === 'INCOMING',
          await loaders.hidden(),
        ),
      }),
      blocks: async ({ id }: Person) => ({ totalCount: await countBlocks(prisma, id) }),
      followers: ({ id }: Person, { first }: Page, { loaders }: Asking) =>
        loaders.followers.load({ id, first }),
    },
  }
  return buildSubgraphSchema([{ typeDefs: parse(naiveTypes), resolvers: resolvers as never }])
}

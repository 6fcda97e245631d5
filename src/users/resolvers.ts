import { asService } from '../base/authorize.ts'
import type { Resolvers } from '../generated/graphql.ts'
import { parseUserId } from '../base/ids.ts'
import { settle } from '../base/payload.ts'
import { registerUsers } from './service.ts'

export const userResolvers = {
  Query: {
    viewer: (_root, _arguments, { identity }) =>
      identity.kind === 'viewer' ? { id: identity.userId } : null,
  },
  User: {
    __resolveReference: ({ id }) => {
      const userId = typeof id === 'string' ? parseUserId(id) : null
      return userId === null ? null : { id: userId }
    },
  },
  Mutation: {
    registerUsers: async (_root, { ids }, context) =>
      settle(await registerUsers(asService(context.door), ids), ({ users }) => ({
        users: users.map((id) => ({ id })),
      })),
  },
} satisfies Resolvers

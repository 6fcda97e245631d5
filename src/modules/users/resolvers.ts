import type { Resolvers } from '../../generated/graphql.ts'
import { asService } from '../../graphql/authorize.ts'
import { invalidId } from '../../graphql/errors.ts'
import { parseUserId } from '../../graphql/ids.ts'
import { toPayload } from '../../graphql/payloads.ts'
import type { Person } from '../../pairs/user-summary.ts'
import { registerUsers } from './service.ts'

export const userResolvers = {
  Query: {
    viewer: (_root, _arguments, { identity }) =>
      identity.kind === 'viewer' ? { id: identity.userId } : null,
    user: (_root, { id }) => toPerson(id),
    fetch__User: (_root, { id }) => toPerson(id),
  },
  User: {
    username: ({ id, summary }, _arguments, { loaders }) =>
      summary === undefined
        ? loaders.userSummary.load(id).then((loaded) => loaded?.username ?? null)
        : (summary?.username ?? null),
    profile: ({ id, summary }, _arguments, { loaders }) =>
      summary === undefined
        ? loaders.userSummary.load(id).then((loaded) => loaded?.profile ?? null)
        : (summary?.profile ?? null),
    __resolveReference: ({ id }) => {
      const userId = typeof id === 'string' ? parseUserId(id) : null
      return userId === null ? null : { id: userId }
    },
  },
  Mutation: {
    registerUsers: async (_root, { ids }, context) =>
      toPayload(await registerUsers(asService(context.session), ids), ({ users }) => ({
        users: users.map((id) => ({ id })),
      })),
  },
} satisfies Resolvers

/**
 * The person of an id, whether there is one or not: what they show is asked for field by field, and
 * is null of the absent.
 */
function toPerson(id: string): Person {
  const userId = parseUserId(id)
  if (userId === null) throw invalidId('id')
  return { id: userId }
}

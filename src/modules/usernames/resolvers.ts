import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { pageSize } from '../../graphql/pages.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { parseMention } from './rules.ts'
import { selectSearchConnection } from './search/connection.ts'
import { parseSearch } from './search/rules.ts'
import { claimUsername, selectAvailability } from './service.ts'

export const usernameResolvers = {
  Query: {
    userByUsername: async (_root, { username }, { loaders }) => {
      const name = parseMention(username)
      const id = name === null ? null : await loaders.byUsername.load(name)
      return id === null ? null : { id }
    },
    searchUsers: (_root, { query, first, after }, { session }) =>
      selectSearchConnection(session, parseSearch(query), pageSize(first), after),
    usernameAvailability: (_root, { username }, { session }) =>
      selectAvailability(session.read, username),
  },
  Mutation: {
    claimUsername: async (_root, { username }, context) => {
      const session = asViewer(context.session)
      return toPayload(await claimUsername(session, username), (claimed) => ({
        username: claimed.username,
        user: { id: session.identity.userId },
      }))
    },
  },
} satisfies Resolvers

import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { updateProfile } from './service.ts'

export const profileResolvers = {
  Mutation: {
    updateProfile: async (_root, { profile }, context) => {
      const session = asViewer(context.session)
      const viewer = session.identity.userId
      return toPayload(await updateProfile(session, profile), () => ({
        user: { id: viewer },
      }))
    },
  },
  UpdateUserProfilePayload: {
    // Read when it is asked for, after the change.
    profile: async ({ user }, _arguments, { session, loaders }) => {
      if (user == null) return null
      return (await loaders.userSummary.load(asViewer(session).identity.userId))?.profile ?? null
    },
  },
} satisfies Resolvers

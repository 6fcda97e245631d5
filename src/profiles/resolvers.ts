import { asViewer } from '../base/authorize.ts'
import { settle } from '../base/payload.ts'
import type { Context } from '../context.ts'
import type { Resolvers } from '../generated/graphql.ts'
import type { UserId } from '../base/ids.ts'
import { updateProfile } from './service.ts'

export const profileResolvers = {
  User: {
    profile: ({ id }, _arguments, context) => profileOf(context, id),
  },
  Mutation: {
    updateProfile: async (_root, { profile }, context) => {
      const door = asViewer(context.door)
      const viewer = door.identity.userId
      return settle(await updateProfile(door, profile), () => ({
        user: { id: viewer },
      }))
    },
  },
  UpdateProfilePayload: {
    // Read when it is asked for, after the change.
    profile: ({ user }, _arguments, context) =>
      user == null ? null : profileOf(context, asViewer(context.door).identity.userId),
  },
} satisfies Resolvers

async function profileOf({ loaders }: Context, person: UserId) {
  return (await loaders.card.load(person))?.profile ?? null
}

import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { mayReadOwn } from '../../pairs/visibility.ts'
import { updatePrivacySettings } from './service.ts'

export const privacyResolvers = {
  User: {
    privacySettings: async ({ id: person }, _arguments, { identity, loaders }) =>
      (await mayReadOwn(identity, loaders.visible, person)) ? loaders.privacy.load(person) : null,
  },
  Mutation: {
    updatePrivacySettings: async (_root, { settings }, context) => {
      const session = asViewer(context.session)
      const result = await updatePrivacySettings(session, settings)
      return toPayload(result, ({ settings: present }) => ({ privacySettings: present }))
    },
  },
} satisfies Resolvers

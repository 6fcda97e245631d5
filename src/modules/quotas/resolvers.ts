import type { Resolvers } from '../../generated/graphql.ts'
import { mayReadOwn } from '../../pairs/visibility.ts'
import { toQuotas } from './rules.ts'

export const quotaResolvers = {
  User: {
    quotas: async ({ id: person }, _arguments, { identity, loaders, maxBlocks }) => {
      if (!(await mayReadOwn(identity, loaders.visible, person))) return null
      const uses = await loaders.quotas.load(person)
      return uses && toQuotas(uses, maxBlocks)
    },
  },
} satisfies Resolvers

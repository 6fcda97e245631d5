import type { Resolvers } from '../../generated/graphql.ts'
import { asService } from '../../graphql/authorize.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { recordGameFacts } from './service.ts'

export const gameResolvers = {
  Mutation: {
    recordGameFacts: async (_root, { facts }, context) =>
      toPayload(
        await recordGameFacts(asService(context.session), facts),
        ({ recorded, known, skipped }) => ({ recorded, known, skipped }),
      ),
  },
} satisfies Resolvers

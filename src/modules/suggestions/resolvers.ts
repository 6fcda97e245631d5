import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { unreadPage } from '../../graphql/pages.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { limits } from '../../limits.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { decodeSuggestionPosition, toSuggestionConnection } from './connection.ts'
import { suggestionPageSize } from './rules.ts'
import { dismissSuggestion, recordSuggestionsShown, restoreSuggestion } from './service.ts'

/**
 * How many of the best are read for a first page of this size. Those who fill a page up to the
 * standard size may stand before others, by place and sports, so a shorter page needs all of them.
 */
const ofFirstPage = (size: number) => Math.max(size, limits.suggestions.standard) + 1

export const suggestionResolvers = {
  User: {
    suggestions: async ({ id: person }, { first, after }, context, info) => {
      const { identity, loaders, suggestionWeights: weights } = context
      if (!(await mayReadOwn(identity, loaders.visible, person))) return null
      const position = decodeSuggestionPosition(person, after)
      const size = suggestionPageSize(first)
      const own = identity.kind === 'viewer'
      const all = () =>
        loaders.suggestions({ most: limits.suggestions.most, weights, own }).load(person)
      const ofPage = () =>
        loaders.suggestions({ most: ofFirstPage(size), weights, own }).load(person)
      const found = isUnread(context, person, info)
        ? unreadPage.rows
        : await (position === null && size < limits.suggestions.most ? ofPage() : all())
      const count = async () => (await all())?.length ?? 0
      return found && toSuggestionConnection(found, position, size, after, count)
    },
  },
  Mutation: {
    dismissSuggestion: (_root, { userId, feedbackId }, context) =>
      mutatePair(
        context,
        userId,
        (session, other) => dismissSuggestion(session, other, feedbackId),
        (_done, other) => ({ user: { id: other } }),
      ),
    restoreSuggestion: (_root, { userId }, context) =>
      mutatePair(context, userId, restoreSuggestion, (_done, other) => ({ user: { id: other } })),
    recordSuggestionsShown: async (_root, { feedbackIds }, context) =>
      toPayload(await recordSuggestionsShown(asViewer(context.session), feedbackIds), () => ({})),
  },
} satisfies Resolvers

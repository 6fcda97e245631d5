import { decodeIdCursor, unreadPage } from '../../graphql/connections.ts'
import { asksForUserSummaries } from '../../pairs/user-summary.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { contactList, toContactConnection, toContactEdge } from './connection.ts'
import { contactsPerPage } from './rules.ts'
import { addContact, removeContact, type Added, type Removed } from './service.ts'

export const contactResolvers = {
  User: {
    contacts: async ({ id: owner }, { first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, owner))) return null
      const position = decodeIdCursor(contactList(owner), after)
      const summaries = asksForUserSummaries(info)
      const request = { first: contactsPerPage(first), after: position, summaries }
      const page = isUnread(context, owner, info)
        ? unreadPage
        : await loaders.contacts.page(request).load(owner)
      const count = async () => (await loaders.contacts.count.load(owner)) ?? 0
      return page && toContactConnection(owner, page, request, count)
    },
  },
  Mutation: {
    addContact: (_root, { userId }, context) => mutatePair(context, userId, addContact, toPayload),
    removeContact: (_root, { userId }, context) =>
      mutatePair(context, userId, removeContact, toPayload),
  },
} satisfies Resolvers

function toPayload({ contact }: Added | Removed, other: UserId) {
  return { contact: contact && toContactEdge(contact), user: { id: other } }
}

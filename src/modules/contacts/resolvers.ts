import type { Resolvers } from '../../generated/graphql.ts'
import {
  countBeside,
  decodeIdCursor,
  encodeCursor,
  toConnection,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { unreadPage } from '../../graphql/pages.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { asksForUserSummaries } from '../../pairs/user-summary.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { contactCursorScope, toContactEdge } from './connection.ts'
import { contactsPerPage } from './rules.ts'
import { addContact, type Added, removeContact, type Removed } from './service.ts'
import type { ShownContact } from './sql.ts'

export const contactResolvers = {
  User: {
    contacts: async ({ id: owner }, { first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, owner))) return null
      const scope = contactCursorScope(owner)
      const position = decodeIdCursor(scope, after)
      const summaries = asksForUserSummaries(info)
      const request = { first: contactsPerPage(first), after: position, summaries }
      const count = countBeside(info, () => loaders.contacts.count.load(owner))
      const page = isUnread(context, owner, info)
        ? unreadPage
        : await loaders.contacts.page(request).load(owner)
      if (page === null) return null
      const edgeOf = (row: ShownContact) => toContactEdge(row, summaries)
      return toConnection(page, edgeOf, after, count, page.stop && encodeCursor(scope, page.stop))
    },
  },
  Mutation: {
    addContact: (_root, { userId }, context) =>
      mutatePair(context, userId, addContact, toContactPayload),
    removeContact: (_root, { userId }, context) =>
      mutatePair(context, userId, removeContact, toContactPayload),
  },
} satisfies Resolvers

function toContactPayload({ contact }: Added | Removed, other: UserId) {
  return { contact: contact && toContactEdge(contact), user: { id: other } }
}

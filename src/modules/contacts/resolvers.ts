import { decodeIdCursor, unreadPage } from '../../graphql/connections.ts'
import { asksForCards } from '../../graphql/selections.ts'
import { parseUserId } from '../../graphql/ids.ts'
import { refuse } from '../../graphql/refusals.ts'
import { asViewer } from '../../graphql/authorize.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { settle } from '../../graphql/payloads.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { contactList, toContactConnection, toContactEdge } from './connection.ts'
import { contactsPerPage } from './rules.ts'
import { addContact, removeContact } from './service.ts'

export const contactResolvers = {
  User: {
    contacts: async ({ id: owner }, { first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, owner))) return null
      const position = decodeIdCursor(contactList(owner), after)
      const cards = asksForCards(info)
      const request = { first: contactsPerPage(first), after: position, cards }
      const page = isUnread(context, owner, info)
        ? unreadPage
        : await loaders.contacts.page(request).load(owner)
      const count = async () => (await loaders.contacts.count.load(owner)) ?? 0
      return page && toContactConnection(owner, page, request, count)
    },
  },
  Mutation: {
    addContact: async (_root, { userId }, context) => {
      const other = parseUserId(userId)
      const session = asViewer(context.session)
      const result = other === null ? invalidUserId() : await addContact(session, other)
      return settle(result, ({ contact }) => ({
        contact: toContactEdge(contact),
        user: { id: contact.contact },
      }))
    },
    removeContact: async (_root, { userId }, context) => {
      const other = parseUserId(userId)
      const session = asViewer(context.session)
      if (other === null) return settle(invalidUserId(), () => ({}))
      return settle(await removeContact(session, other), ({ contact }) => ({
        contact: contact && toContactEdge(contact),
        user: { id: other },
      }))
    },
  },
} satisfies Resolvers

const invalidUserId = () => refuse('INVALID_INPUT', { field: ['userId'] })

import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { countBeside, decodeTimeCursor, toConnection } from '../../graphql/connections.ts'
import { notUuid, parseId } from '../../graphql/ids.ts'
import { pageSize } from '../../graphql/pages.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { refuseInput } from '../../graphql/refusals.ts'
import { mayReadOwn } from '../../pairs/visibility.ts'
import { toContactEdge } from '../contacts/connection.ts'
import { linkCursorScope, toLinkEdge } from './connection.ts'
import { consumeLink, createLink, revokeOwnLink } from './service.ts'
import { parseToken } from './tokens.ts'

export const linkResolvers = {
  User: {
    contactLinks: async ({ id: maker }, { first, after }, { identity, loaders }, info) => {
      if (!(await mayReadOwn(identity, loaders.visible, maker))) return null
      const position = decodeTimeCursor(linkCursorScope(maker), after)
      const count = countBeside(info, () => loaders.links.count.load(maker))
      const page = await loaders.links.page({ first: pageSize(first), position }).load(maker)
      return page && toConnection(page, toLinkEdge, after, count)
    },
  },
  Query: {
    contactLinkPreview: async (_root, { token }, { session, loaders }) => {
      asViewer(session)
      const hash = parseToken(token)
      const link = hash === null ? null : await loaders.links.found.load(hash)
      if (!link?.canBeConsumed) return null
      return { user: { id: link.maker }, label: link.label, expiresAt: link.expiresAt }
    },
  },
  Mutation: {
    createContactLink: async (_root, { label, expiresAt, maxUses }, context) => {
      const session = asViewer(context.session)
      const result = await createLink(session, { label, expiresAt, maxUses })
      return toPayload(result, ({ link, token }) => ({
        link,
        linkEdge: toLinkEdge(link),
        token,
      }))
    },
    revokeContactLink: async (_root, { id }, context) => {
      const session = asViewer(context.session)
      const link = parseId(id)
      const result =
        link === null ? refuseInput(['id'], notUuid) : await revokeOwnLink(session, link)
      return toPayload(result, ({ link: present }) => ({
        link: present,
        linkEdge: toLinkEdge(present),
      }))
    },
    consumeContactLink: async (_root, { token }, context) => {
      const result = await consumeLink(asViewer(context.session), token)
      return toPayload(result, ({ contact }) => ({
        contact: toContactEdge(contact),
        user: { id: contact.contact },
      }))
    },
  },
} satisfies Resolvers

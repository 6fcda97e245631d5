import { asViewer } from '../../graphql/authorize.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { decodeTimeCursor, pageSize, unreadPage } from '../../graphql/connections.ts'
import { settle } from '../../graphql/payloads.ts'
import { refuse, type Refused } from '../../graphql/refusals.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { blockList, toBlockConnection, toBlockEdge } from './connection.ts'
import { blockUser, unblockUser, type Blocked, type Unblocked } from './service.ts'

export const blockResolvers = {
  User: {
    blocks: async ({ id: blocker }, { first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, blocker))) return null
      const position = decodeTimeCursor(blockList(blocker), after)
      // Services may not read what people called each other.
      const names = identity.kind === 'viewer'
      const request = { first: pageSize(first), after: after ?? null, position, names }
      const page = isUnread(context, blocker, info)
        ? unreadPage
        : await loaders.blocks.page(request).load(blocker)
      const count = async () => (await loaders.blocks.count.load(blocker)) ?? 0
      return page && toBlockConnection(page, request, count)
    },
  },
  Mutation: {
    blockUser: async (_root, { userId, expiresAt }, context) => {
      const session = asViewer(context.session)
      const other = parseUserId(userId)
      if (other === null) return settle(invalidUserId(), () => ({}))
      return settleBlock(
        other,
        await blockUser(session, other, expiresAt ?? null, context.maxBlocks),
      )
    },
    unblockUser: async (_root, { userId }, context) => {
      const session = asViewer(context.session)
      const other = parseUserId(userId)
      if (other === null) return settle(invalidUserId(), () => ({}))
      return settleBlock(other, await unblockUser(session, other))
    },
  },
} satisfies Resolvers

function settleBlock(other: UserId, result: Blocked | Unblocked | Refused) {
  return settle(result, ({ block }) => ({
    block: block && toBlockEdge(block),
    user: { id: other },
  }))
}

const invalidUserId = () => refuse('INVALID_INPUT', { field: ['userId'] })

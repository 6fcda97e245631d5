import type { UserId } from '../../graphql/ids.ts'
import { decodeTimeCursor, pageSize, unreadPage } from '../../graphql/connections.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
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
    blockUser: (_root, { userId, expiresAt }, context) =>
      mutatePair(
        context,
        userId,
        (session, other) => blockUser(session, other, expiresAt ?? null, context.maxBlocks),
        toPayload,
      ),
    unblockUser: (_root, { userId }, context) =>
      mutatePair(context, userId, unblockUser, toPayload),
  },
} satisfies Resolvers

function toPayload({ block }: Blocked | Unblocked, other: UserId) {
  return { block: block && toBlockEdge(block), user: { id: other } }
}

import type { Resolvers } from '../../generated/graphql.ts'
import { countBeside, decodeTimeCursor, toConnection } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { pageSize, unreadPage } from '../../graphql/pages.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import { blockCursorScope, toBlockEdge } from './connection.ts'
import { type Blocked, blockUser, type Unblocked, unblockUser } from './service.ts'

export const blockResolvers = {
  User: {
    blocks: async ({ id: blocker }, { first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, blocker))) return null
      const position = decodeTimeCursor(blockCursorScope(blocker), after)
      // Services may not read what people called each other.
      const names = identity.kind === 'viewer'
      const query = { first: pageSize(first), position, names }
      const count = countBeside(info, () => loaders.blocks.count.load(blocker))
      const page = isUnread(context, blocker, info)
        ? unreadPage
        : await loaders.blocks.page(query).load(blocker)
      return page && toConnection(page, toBlockEdge, after, count)
    },
  },
  Mutation: {
    blockUser: (_root, { userId, expiresAt }, context) =>
      mutatePair(
        context,
        userId,
        (session, other) => blockUser(session, other, expiresAt ?? null, context.maxBlocks),
        toBlockPayload,
      ),
    unblockUser: (_root, { userId }, context) =>
      mutatePair(context, userId, unblockUser, toBlockPayload),
  },
} satisfies Resolvers

function toBlockPayload({ block }: Blocked | Unblocked, other: UserId) {
  return { block: block && toBlockEdge(block), user: { id: other } }
}

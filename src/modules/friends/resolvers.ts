import type { Resolvers } from '../../generated/graphql.ts'
import {
  countBeside,
  cursorScope,
  decodeIdCursor,
  encodeCursor,
  toConnection,
  toEdge,
} from '../../graphql/connections.ts'
import { pageSize } from '../../graphql/pages.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { allFriends, toFriendEdge } from './connection.ts'
import { loadFriends, parseExcluded, parseFriendSearch } from './friend-list.ts'
import type { MutualFriend } from './mutual/sql.ts'
import { toRequestPayload } from './requests/request.ts'
import { upgradeToClose } from './requests/service.ts'
import { removeFriend, stepDownToFriend } from './service.ts'

export const friendResolvers = {
  User: {
    friends: (person, { first, after, level, orderBy, search }, context, info) => {
      const list = {
        name: 'friends',
        level: level ?? null,
        order: orderBy ?? 'RECENT',
        search: parseFriendSearch(search),
      } as const
      return loadFriends(context, person.id, list, [], first, after, info)
    },
    inviteCandidates: (person, { level, exclude, first, after }, context, info) => {
      const list = {
        name: 'inviteCandidates',
        level: level ?? null,
        order: 'CLOSE_FIRST',
        search: null,
      } as const
      return loadFriends(context, person.id, list, parseExcluded(exclude ?? []), first, after, info)
    },
    mutualFriends: async ({ id: other }, { first, after }, { identity, loaders }, info) => {
      if (identity.kind !== 'viewer') return null
      const scope = cursorScope('mutualFriends', identity.userId, other)
      const query = { after: decodeIdCursor(scope, after), first: pageSize(first) }
      const count = countBeside(info, () => loaders.friends.mutualCount.load(other))
      const page = await loaders.friends.mutualPage(query).load(other)
      const edgeOf = ({ friend }: MutualFriend) =>
        toEdge({ node: { id: friend } }, () => encodeCursor(scope, friend))
      return page && toConnection(page, edgeOf, after, count)
    },
  },
  Mutation: {
    upgradeFriendship: (_root, { userId, level }, context) =>
      mutatePair(
        context,
        userId,
        level === 'CLOSE' ? upgradeToClose : stepDownToFriend,
        toRequestPayload,
      ),
    removeFriend: (_root, { userId }, context) =>
      mutatePair(context, userId, removeFriend, ({ friend }, other) => ({
        friend: friend && toFriendEdge(allFriends, friend),
        user: { id: other },
      })),
  },
} satisfies Resolvers

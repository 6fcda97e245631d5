import type { GraphQLResolveInfo } from 'graphql'
import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Resolvers, UserFollowingArgs } from '../../generated/graphql.ts'
import {
  countBeside,
  decodeTimeCursor,
  encodeTimeStop,
  toConnection,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { pageSize } from '../../graphql/pages.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { type FollowConnection, followCursorScope, toFollowEdge } from './connection.ts'
import type { FollowLoaders } from './loaders.ts'
import { followUser, removeFollower, type Unfollowed, unfollowUser } from './service.ts'
import type { Follow, FollowDirection } from './sql.ts'

export const followResolvers = {
  User: {
    following: ({ id }, page, { loaders }, info) =>
      list(loaders.follows, 'following', id, page, info),
    followers: ({ id }, page, { loaders }, info) =>
      list(loaders.follows, 'followers', id, page, info),
  },
  Mutation: {
    followUser: (_root, { userId }, context) =>
      mutatePair(context, userId, followUser, (_followed, other) => ({ user: { id: other } })),
    unfollowUser: (_root, { userId }, context) =>
      endFollow(context, 'following', unfollowUser, userId),
    removeFollower: (_root, { userId }, context) =>
      endFollow(context, 'followers', removeFollower, userId),
  },
  FollowUserPayload: {
    // Read when it is asked for, after the change.
    follow: async ({ user }, _arguments, { identity, loaders }) => {
      if (user == null || identity.kind !== 'viewer') return null
      const follow = await loaders.follows.between({ follower: identity.userId }).load(user.id)
      return follow && toFollowEdge('following', follow)
    },
  },
} satisfies Resolvers

async function list(
  loaders: FollowLoaders,
  direction: FollowDirection,
  owner: UserId,
  { first, after }: Partial<UserFollowingArgs>,
  info: GraphQLResolveInfo,
): Promise<FollowConnection | null> {
  const scope = followCursorScope(direction, owner)
  const query = { direction, after: decodeTimeCursor(scope, after), first: pageSize(first) }
  const count = countBeside(info, () => loaders[direction].count.load(owner))
  const page = await loaders[direction].page(query).load(owner)
  if (page === null) return null
  const edgeOf = (follow: Follow) => toFollowEdge(direction, follow)
  return toConnection(page, edgeOf, after, count, encodeTimeStop(scope, page.stop))
}

/** @param direction the viewer's list that the follow was in */
function endFollow(
  context: { readonly session: Session },
  direction: FollowDirection,
  verb: (session: Session<Viewer>, other: UserId) => Promise<Unfollowed>,
  userId: string,
) {
  return mutatePair(context, userId, verb, ({ since }, other, viewer) => ({
    follow: since && toFollowEdge(direction, { owner: viewer, other, since }),
    user: { id: other },
  }))
}

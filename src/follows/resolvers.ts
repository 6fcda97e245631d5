import { asViewer } from '../base/authorize.ts'
import type { Door } from '../base/door.ts'
import type { Viewer } from '../base/identity.ts'
import { parseUserId, type UserId } from '../base/ids.ts'
import { decodeTimeCursor, pageSize } from '../base/pages.ts'
import { settle } from '../base/payload.ts'
import { refuse, type Refused } from '../base/refusals.ts'
import type { Resolvers, UserFollowingArgs } from '../generated/graphql.ts'
import { followList, toFollowConnection, type FollowConnection } from './connection.ts'
import type { FollowLoaders } from './loaders.ts'
import { followUser, removeFollower, unfollowUser, type Followed } from './service.ts'
import type { FollowDirection } from './sql.ts'

export const followResolvers = {
  User: {
    following: ({ id }, page, { loaders }) => list(loaders.follows, 'following', id, page),
    followers: ({ id }, page, { loaders }) => list(loaders.follows, 'followers', id, page),
  },
  Mutation: {
    followUser: (_root, { userId }, { door }) => settleFollow(followUser, asViewer(door), userId),
    unfollowUser: (_root, { userId }, { door }) =>
      settleFollow(unfollowUser, asViewer(door), userId),
    removeFollower: (_root, { userId }, { door }) =>
      settleFollow(removeFollower, asViewer(door), userId),
  },
} satisfies Resolvers

async function list(
  loaders: FollowLoaders,
  direction: FollowDirection,
  owner: UserId,
  { first, after }: Partial<UserFollowingArgs>,
): Promise<FollowConnection | null> {
  const position = decodeTimeCursor(followList(direction, owner), after)
  const request = { first: pageSize(first), after: after ?? null, position }
  const page = await loaders[direction].page(request).load(owner)
  const count = async () => (await loaders[direction].count.load(owner)) ?? 0
  return page && toFollowConnection(direction, owner, page, request, count)
}

type FollowVerb = (door: Door<Viewer>, other: UserId) => Promise<Followed | Refused>

async function settleFollow(verb: FollowVerb, door: Door<Viewer>, userId: string) {
  const other = parseUserId(userId)
  if (other === null) return settle(refuse('INVALID_INPUT', { field: ['userId'] }), () => ({}))
  return settle(await verb(door, other), () => ({ user: { id: other } }))
}

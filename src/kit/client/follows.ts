import {
  FollowUserDocument,
  ListFollowersDocument,
  ListFollowingDocument,
  RemoveFollowerDocument,
  UnfollowUserDocument,
} from '../generated/operations.ts'
import { list, verb } from './operation.ts'

/** The people whom a person follows, newest first. */
export const listFollowing = /* @__PURE__ */ list(
  ListFollowingDocument,
  ['following'],
  ({ user }) => user?.following,
)

/** The people who follow a person, newest first. */
export const listFollowers = /* @__PURE__ */ list(
  ListFollowersDocument,
  ['followers'],
  ({ user }) => user?.followers,
)

/** Follows a person. */
export const followUser = /* @__PURE__ */ verb(FollowUserDocument, ['following', 'followers'])

/** Stops following a person. They are not told. */
export const unfollowUser = /* @__PURE__ */ verb(UnfollowUserDocument, ['following', 'followers'])

/** Removes a person from the viewer's followers, without a block. */
export const removeFollower = /* @__PURE__ */ verb(RemoveFollowerDocument, [
  'following',
  'followers',
])

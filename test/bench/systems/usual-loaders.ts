import DataLoader from 'dataloader'
import type { PrismaClient } from '../../../src/generated/prisma/client.ts'
import { followerPage } from './usual-pages.ts'

export type UsualLoaders = ReturnType<typeof openUsualLoaders>

/**
 * The look-ups of one request: those of one moment go into one query, and nothing is asked twice.
 */
export function openUsualLoaders(prisma: PrismaClient, viewer: string) {
  let known: Promise<ReadonlySet<string>> | null = null
  /** Whom the viewer blocks, and who blocks the viewer. */
  const hidden = () => (known ??= readHidden(prisma, viewer))
  return {
    hidden,
    username: new DataLoader(async (ids: readonly string[]) => {
      const [rows, without] = await Promise.all([
        prisma.username.findMany({
          where: { userId: { in: [...ids] } },
          select: { userId: true, name: true },
        }),
        hidden(),
      ])
      const names = new Map(rows.map(({ userId, name }) => [userId, name]))
      return ids.map((id) => (without.has(id) ? null : (names.get(id) ?? null)))
    }),
    profile: new DataLoader(async (ids: readonly string[]) => {
      const [rows, without] = await Promise.all([
        prisma.userProfile.findMany({
          where: { userId: { in: [...ids] } },
          select: {
            userId: true,
            displayName: true,
            avatarUrl: true,
            bio: true,
            city: true,
            region: true,
            sportPreferences: true,
          },
        }),
        hidden(),
      ])
      const profiles = new Map(rows.map((row) => [row.userId, row]))
      return ids.map((id) => (without.has(id) ? null : (profiles.get(id) ?? null)))
    }),
    relationship: new DataLoader((ids: readonly string[]) =>
      readRelationships(prisma, viewer, ids, hidden()),
    ),
    followers: new DataLoader(
      (pages: readonly { id: string; first: number }[]) =>
        Promise.all(
          pages.map(async ({ id, first }) => followerPage(prisma, id, first, await hidden())),
        ),
      { cacheKeyFn: ({ id, first }) => `${id} ${String(first)}` },
    ),
  }
}

async function readHidden(prisma: PrismaClient, viewer: string): Promise<ReadonlySet<string>> {
  const blocks = await prisma.userBlock.findMany({
    where: {
      OR: [{ blockerUserId: viewer }, { blockedUserId: viewer }],
      AND: { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    },
    select: { blockerUserId: true, blockedUserId: true },
  })
  return new Set(
    blocks.map(({ blockerUserId, blockedUserId }) =>
      blockerUserId === viewer ? blockedUserId : blockerUserId,
    ),
  )
}

/** All that the viewer and many others are to each other: one query a table, all at once. */
async function readRelationships(
  prisma: PrismaClient,
  viewer: string,
  ids: readonly string[],
  hidden: Promise<ReadonlySet<string>>,
) {
  const among = { in: [...ids] }
  const [people, blocks, contacts, following, followers, friendships, without] = await Promise.all([
    prisma.user.findMany({ where: { id: { in: [viewer, ...ids] } }, select: { id: true } }),
    prisma.userBlock.findMany({
      where: {
        blockerUserId: viewer,
        blockedUserId: among,
        OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
      },
      select: { blockedUserId: true },
    }),
    prisma.userContact.findMany({
      where: { ownerUserId: viewer, contactUserId: among },
      select: { contactUserId: true },
    }),
    prisma.userFollow.findMany({
      where: { followerUserId: viewer, targetUserId: among },
      select: { targetUserId: true },
    }),
    prisma.userFollow.findMany({
      where: { followerUserId: among, targetUserId: viewer },
      select: { followerUserId: true },
    }),
    prisma.userFriend.findMany({
      where: { userId: viewer, friendId: among },
      select: { friendId: true, friendshipLevel: true, createdAt: true },
    }),
    hidden,
  ])
  const present = new Set(people.map(({ id }) => id))
  const blocked = new Set(blocks.map(({ blockedUserId }) => blockedUserId))
  const kept = new Set(contacts.map(({ contactUserId }) => contactUserId))
  const followed = new Set(following.map(({ targetUserId }) => targetUserId))
  const follow = new Set(followers.map(({ followerUserId }) => followerUserId))
  const friends = new Map(friendships.map((friendship) => [friendship.friendId, friendship]))
  return ids.map((id) => {
    const between = present.has(viewer) && present.has(id) && !without.has(id)
    const friendship = between ? friends.get(id) : undefined
    return {
      isContact: between && kept.has(id),
      isFollowing: between && followed.has(id),
      isFollowedBy: between && follow.has(id),
      isBlocking: blocked.has(id),
      friendshipLevel: friendship?.friendshipLevel.toUpperCase() ?? null,
      friendsSince: friendship?.createdAt.toISOString() ?? null,
    }
  })
}

import type { PrismaClient } from '../../../src/generated/prisma/client.ts'

/**
 * A person's friends, the newest first or the close ones first. Friends never block each other, so
 * nobody is left out.
 */
export async function friendPage(
  prisma: PrismaClient,
  userId: string,
  first: number,
  closeFirst: boolean,
) {
  const rows = await prisma.userFriend.findMany({
    where: { userId },
    orderBy: [
      ...(closeFirst ? [{ friendshipLevel: 'asc' as const }] : []),
      { createdAt: 'desc' },
      { friendId: 'desc' },
    ],
    take: first + 1,
    select: { friendId: true, friendshipLevel: true, createdAt: true },
  })
  return page(rows, first, ({ friendId, friendshipLevel, createdAt }) => ({
    level: friendshipLevel.toUpperCase(),
    since: createdAt.toISOString(),
    node: { id: friendId },
  }))
}

/** A person's contacts in the order of their ids, without those who are hidden. */
export async function contactPage(
  prisma: PrismaClient,
  ownerUserId: string,
  first: number,
  hidden: ReadonlySet<string>,
) {
  const rows = await prisma.userContact.findMany({
    where: { ownerUserId, contactUserId: { notIn: [...hidden] } },
    orderBy: { contactUserId: 'asc' },
    take: first + 1,
    select: { contactUserId: true, createdAt: true },
  })
  return page(rows, first, ({ contactUserId, createdAt }) => ({
    addedAt: createdAt.toISOString(),
    node: { id: contactUserId },
  }))
}

/** A person's open requests; a declined one is open to its requester until it runs out. */
export async function countRequests(
  prisma: PrismaClient,
  userId: string,
  incoming: boolean,
  hidden: ReadonlySet<string>,
): Promise<number> {
  const notIn = [...hidden]
  return prisma.userFriendRequest.count({
    where: {
      expiresAt: { gt: new Date() },
      ...(incoming
        ? { targetUserId: userId, quiet: false, status: 'pending', requesterUserId: { notIn } }
        : {
            requesterUserId: userId,
            status: { in: ['pending', 'rejected'] },
            targetUserId: { notIn },
          }),
    },
  })
}

export async function countBlocks(prisma: PrismaClient, blockerUserId: string): Promise<number> {
  return prisma.userBlock.count({
    where: { blockerUserId, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
  })
}

/**
 * Somebody's followers, the newest first, with their count; null for a person who is not there for
 * the viewer.
 */
export async function followerPage(
  prisma: PrismaClient,
  targetUserId: string,
  first: number,
  hidden: ReadonlySet<string>,
) {
  if (hidden.has(targetUserId)) return null
  const unseen = [...hidden]
  const [person, counters, rows, unseenFollowers] = await Promise.all([
    prisma.user.findUnique({ where: { id: targetUserId }, select: { id: true } }),
    // The count is kept beside the person.
    prisma.userCounters.findUnique({
      where: { userId: targetUserId },
      select: { followers: true },
    }),
    prisma.userFollow.findMany({
      where: { targetUserId, followerUserId: { notIn: unseen } },
      orderBy: [{ createdAt: 'desc' }, { followerUserId: 'desc' }],
      take: first + 1,
      select: { followerUserId: true, createdAt: true },
    }),
    prisma.userFollow.count({ where: { targetUserId, followerUserId: { in: unseen } } }),
  ])
  if (person === null) return null
  const followers = page(rows, first, ({ followerUserId, createdAt }) => ({
    since: createdAt.toISOString(),
    node: { id: followerUserId },
  }))
  const stored = counters?.followers ?? 0
  return { ...followers, totalCount: stored > 1_000 ? roundDown(stored) : stored - unseenFollowers }
}

/** Rows as edges; the one row too many only says that there is more. */
function page<Row, Edge extends { readonly node: { readonly id: string } }>(
  rows: readonly Row[],
  first: number,
  edgeOf: (row: Row) => Edge,
) {
  const edges = rows.slice(0, first).map(edgeOf)
  const last = edges.at(-1)
  const endCursor =
    last === undefined ? null : Buffer.from(JSON.stringify(last)).toString('base64url')
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor } }
}

/** Two digits of it, as rule 5.3 has it for large counts. */
function roundDown(count: number): number {
  const unit = 10 ** (String(count).length - 2)
  return Math.floor(count / unit) * unit
}

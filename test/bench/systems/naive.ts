import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { PrismaPg } from '@prisma/adapter-pg'
import { parse } from 'graphql'
import { readConfig } from '../../../src/config.ts'
import { type Prisma, PrismaClient } from '../../../src/generated/prisma/client.ts'
import { proofOf } from './authentication.ts'
import { naiveTypes } from './naive-types.ts'
import type { Answered } from './words.ts'

// Apollo Server and Prisma as one would write them at first: a resolver asks for what it needs,
// each operation of the client goes into a transaction with the role and the viewer (Prisma's own
// example of row security), and nothing collects look-ups. The token is verified as
// `authentication.ts` says.

const config = readConfig(process.env)
const viewerOf = proofOf(process.env['BENCH_PROOF'], config.auth)
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: config.database.url, max: config.database.poolSize }),
  // Prisma gives up after two seconds unless told, and what it does then is no answer to compare.
  transactionOptions: { maxWait: 30_000, timeout: 30_000 },
})

function as(viewer: string) {
  return prisma.$extends({
    query: {
      $allOperations: async ({ args, query }) => {
        const results = await prisma.$transaction([
          prisma.$executeRaw`set local role connections_app`,
          prisma.$executeRaw`select set_config('app.user_id', ${viewer}, true)`,
          query(args) as Prisma.PrismaPromise<unknown>,
        ])
        return results[2]
      },
    },
  })
}

interface Asking {
  readonly viewer: string
  readonly db: ReturnType<typeof as>
}

async function cardOf({ db }: Asking, id: string): Promise<Answered> {
  const [card] = await db.$queryRaw<Answered[]>`select * from user_summaries(array[${id}]::uuid[])`
  return card ?? null
}

const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

const resolvers = {
  Query: { viewer: (_root: unknown, _args: unknown, { viewer }: Asking) => ({ id: viewer }) },
  User: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    username: async ({ id }: Answered, _args: unknown, asking: Asking) =>
      (await cardOf(asking, id))?.username ?? null,
    profile: async ({ id }: Answered, _args: unknown, asking: Asking) => {
      const card = await cardOf(asking, id)
      if (card?.introduced !== true) return null
      return {
        displayName: card.display_name,
        avatarUrl: card.avatar_url,
        bio: card.bio,
        city: card.city,
        region: card.region,
        sportPreferences: card.sport_preferences,
      }
    },
    relationship: async ({ id }: Answered, _args: unknown, { db }: Asking) => {
      const [tie] = await db.$queryRaw<Answered[]>`
        select other, present, blocks, is_contact, follows, followed_by, friendship_level, friends_since
          from my_pair_states(array[${id}]::uuid[])`
      const between = tie.present && !tie.blocks
      return {
        isContact: between && tie.is_contact,
        isFollowing: between && tie.follows,
        isFollowedBy: between && tie.followed_by,
        isBlocking: tie.blocks,
        friendshipLevel: between ? (tie.friendship_level?.toUpperCase() ?? null) : null,
        friendsSince: between ? (tie.friends_since?.toISOString() ?? null) : null,
      }
    },
    friends: async ({ id }: Answered, { first, orderBy }: Answered, { db }: Asking) => {
      const rows = await db.userFriend.findMany({
        where: { userId: id },
        orderBy: [
          ...(orderBy === 'CLOSE_FIRST' ? [{ friendshipLevel: 'asc' as const }] : []),
          { createdAt: 'desc' },
          { friendId: 'desc' },
        ],
        take: Number(first) + 1,
      })
      const edges = rows.slice(0, first).map(({ friendId, friendshipLevel, createdAt }) => ({
        level: friendshipLevel.toUpperCase(),
        since: createdAt.toISOString(),
        node: { id: friendId },
        cursor: cursor(createdAt, friendId),
      }))
      return connection(edges, rows.length > first)
    },
    contacts: async ({ id }: Answered, { first }: Answered, { db }: Asking) => {
      const hidden = await db.$queryRaw<{ id: string }[]>`select id from bench.hidden_users() as id`
      const rows = await db.userContact.findMany({
        where: { ownerUserId: id, contactUserId: { notIn: hidden.map((one) => one.id) } },
        orderBy: { contactUserId: 'asc' },
        take: Number(first) + 1,
      })
      const edges = rows.slice(0, first).map(({ contactUserId, createdAt }) => ({
        addedAt: createdAt.toISOString(),
        node: { id: contactUserId },
        cursor: cursor(contactUserId),
      }))
      return connection(edges, rows.length > first)
    },
    requests: ({ id }: Answered, { direction }: Answered, { db }: Asking) => ({
      totalCount: async () => {
        const hidden = await db.$queryRaw<
          { id: string }[]
        >`select id from bench.hidden_users() as id`
        const notIn = hidden.map((one) => one.id)
        return db.userFriendRequest.count({
          where: {
            expiresAt: { gt: new Date() },
            ...(direction === 'INCOMING'
              ? { targetUserId: id, quiet: false, status: 'pending', requesterUserId: { notIn } }
              : {
                  requesterUserId: id,
                  status: { in: ['pending', 'rejected'] },
                  targetUserId: { notIn },
                }),
          },
        })
      },
    }),
    blocks: ({ id }: Answered, _args: unknown, { db }: Asking) => ({
      totalCount: () =>
        db.userBlock.count({
          where: {
            blockerUserId: id,
            OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
          },
        }),
    }),
    followers: async ({ id }: Answered, { first }: Answered, { db }: Asking) => {
      const rows = await db.$queryRaw<Answered[]>`
        select other, since from follower_pages(array[${id}]::uuid[], ${Number(first) + 1}::int, 100, 'infinity',
                                               'ffffffff-ffff-ffff-ffff-ffffffffffff')
         where other is not null order by since desc, other desc`
      const edges = rows.slice(0, first).map(({ other, since }) => ({
        since: since.toISOString(),
        node: { id: other },
        cursor: cursor(since, other),
      }))
      return {
        ...connection(edges, rows.length > first),
        totalCount: async () => {
          const [counted] = await db.$queryRaw<Answered[]>`
            select count from count_followers(array[${id}]::uuid[])`
          return counted.count
        },
      }
    },
  },
}

function connection(edges: { cursor: string }[], hasNextPage: boolean) {
  return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } }
}

const apollo = new ApolloServer<Asking>({
  schema: buildSubgraphSchema([{ typeDefs: parse(naiveTypes), resolvers: resolvers as never }]),
})
await startStandaloneServer(apollo, {
  listen: { port: config.port, host: config.host },
  context: async ({ req }) => {
    const identity = await viewerOf(req.headers.authorization)
    if (identity.kind !== 'viewer') throw new Error('Only viewers are measured.')
    return { viewer: identity.userId, db: as(identity.userId) }
  },
})

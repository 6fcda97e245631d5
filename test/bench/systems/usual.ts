import { ApolloServer } from '@apollo/server'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import { PrismaPg } from '@prisma/adapter-pg'
import Fastify from 'fastify'
import { readConfig } from '../../../src/config.ts'
import { PrismaClient } from '../../../src/generated/prisma/client.ts'
import { proofOf } from './authentication.ts'
import { openUsualLoaders } from './usual-loaders.ts'
import { type Asking, usualSchema } from './usual-schema.ts'

// What a careful team writes by hand: Apollo Server, a DataLoader for each kind of look-up, Prisma
// Client with `in` batches that selects only what is shown, objects with plain properties, and the
// visibility rules in the program. There is no row security and no snapshot: each query is one of
// its own. The token is verified as `authentication.ts` says.

const config = readConfig(process.env)
const viewerOf = proofOf(process.env['BENCH_PROOF'], config.auth)
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: config.database.url, max: config.database.poolSize }),
})

const apollo = new ApolloServer<Asking>({
  schema: usualSchema(prisma),
})
await apollo.start()
const app = Fastify()
app.route({
  url: '/graphql',
  method: ['GET', 'POST'],
  handler: fastifyApolloHandler<Asking>(apollo, {
    context: async ({ headers }) => {
      const identity = await viewerOf(headers.authorization)
      if (identity.kind !== 'viewer') throw new Error('Only viewers are measured.')
      const viewer = identity.userId
      return { viewer, loaders: openUsualLoaders(prisma, viewer) }
    },
  }),
})
await app.listen({ port: config.port, host: config.host })

import { readdirSync, readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { concatAST, isObjectType, parse, type DocumentNode, type GraphQLSchema } from 'graphql'
import { blockResolvers } from './blocks/resolvers.ts'
import { limitBursts } from './bursts.ts'
import { contactResolvers } from './contacts/resolvers.ts'
import { limitEntities } from './entities.ts'
import { followResolvers } from './follows/resolvers.ts'
import { friendResolvers, requestPayloadResolvers } from './friends/resolvers.ts'
import { gameResolvers } from './games/resolvers.ts'
import { linkResolvers } from './links/resolvers.ts'
import { privacyResolvers } from './privacy/resolvers.ts'
import { profileResolvers } from './profiles/resolvers.ts'
import { quotaResolvers } from './quotas/resolvers.ts'
import { payloadResolvers } from './relationships/payloads.ts'
import { relationshipResolvers } from './relationships/resolvers.ts'
import { usernameResolvers } from './usernames/resolvers.ts'
import { userResolvers } from './users/resolvers.ts'

/** The resolvers of every noun that is always there. */
export const resolvers = [
  { DateTime: dateTime() },
  userResolvers,
  usernameResolvers,
  profileResolvers,
  contactResolvers,
  linkResolvers,
  followResolvers,
  blockResolvers,
  privacyResolvers,
  friendResolvers,
  requestPayloadResolvers,
  quotaResolvers,
  relationshipResolvers,
  payloadResolvers,
]

/** How a moment is read and written. The name and the description stay ours: the library would give the scalar its own. */
function dateTime() {
  const { serialize, parseValue, parseLiteral } = GraphQLDateTimeISO
  return { serialize, parseValue, parseLiteral }
}

/** Which optional nouns the graph has. */
export interface Modules {
  /** `Game`, for graphs in which another subgraph owns it: without one, the supergraph would not compose. */
  readonly games: boolean
}

/** The resolvers of every noun that the graph has. */
export function resolversOf({ games }: Modules) {
  return [...resolvers, ...(games ? [gameResolvers] : [])]
}

/** The SDL of every noun that the graph has, as it is written in `schema/`. */
export function readTypeDefs({ games }: Modules): DocumentNode {
  const folder = new URL('../schema/', import.meta.url)
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.graphql') && (games || name !== 'games.graphql'),
  )
  return concatAST(files.sort().map((name) => parse(readFileSync(new URL(name, folder), 'utf8'))))
}

/** The executable subgraph: SDL and resolvers of every noun, with the federation's own root fields. */
export function buildSchema(modules: Modules): GraphQLSchema {
  const typeDefs = readTypeDefs(modules)
  const none: DocumentNode = { ...typeDefs, definitions: [] }
  const schema = buildSubgraphSchema([
    { typeDefs },
    ...resolversOf(modules).map((ofNoun) => ({ typeDefs: none, resolvers: ofNoun })),
  ])
  return countWhenAsked(limitBursts(limitEntities(schema)))
}

/**
 * Counts of connections are questions, put when the field is asked for. Said here for all of them, because a compiled
 * operation (`server/compiled/`) takes what is on an object as it is, where graphql-js would call a function.
 */
function countWhenAsked(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.name.endsWith('Connection')) continue
    const { totalCount } = type.getFields()
    if (totalCount !== undefined)
      totalCount.resolve = (connection: { totalCount: () => Promise<number> }) =>
        connection.totalCount()
  }
  return schema
}

import { buildSubgraphSchema } from '@apollo/subgraph'
import { type DocumentNode, type GraphQLSchema, isObjectType } from 'graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { blockResolvers } from '../modules/blocks/resolvers.ts'
import { contactResolvers } from '../modules/contacts/resolvers.ts'
import { contentResolvers } from '../modules/content/resolvers.ts'
import { followResolvers } from '../modules/follows/resolvers.ts'
import { requestPayloadResolvers } from '../modules/friends/requests/payload-resolvers.ts'
import { requestResolvers } from '../modules/friends/requests/resolvers.ts'
import { friendResolvers } from '../modules/friends/resolvers.ts'
import { gameResolvers } from '../modules/games/resolvers.ts'
import { insightResolvers } from '../modules/insights/resolvers.ts'
import { linkResolvers } from '../modules/links/resolvers.ts'
import { presenceResolvers } from '../modules/presence/resolvers.ts'
import { privacyResolvers } from '../modules/privacy/resolvers.ts'
import { profileResolvers } from '../modules/profiles/resolvers.ts'
import { quotaResolvers } from '../modules/quotas/resolvers.ts'
import { payloadResolvers } from '../modules/relationships/payloads.ts'
import { relationshipResolvers } from '../modules/relationships/resolvers.ts'
import { suggestionResolvers } from '../modules/suggestions/resolvers.ts'
import { usernameResolvers } from '../modules/usernames/resolvers.ts'
import { userResolvers } from '../modules/users/resolvers.ts'
import { limitEntities } from './guards/entities.ts'
import { limitRates } from './guards/rate-limits.ts'
import { type GraphShape, type Modules, plainShape, shapedTypeDefs } from './type-defs.ts'

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
  requestResolvers,
  requestPayloadResolvers,
  quotaResolvers,
  presenceResolvers,
  suggestionResolvers,
  gameResolvers,
  insightResolvers,
  relationshipResolvers,
  payloadResolvers,
]

/**
 * How a moment is read and written. The name and the description stay ours: the library would give
 * the scalar its own.
 */
function dateTime() {
  const { serialize, parseValue, parseLiteral } = GraphQLDateTimeISO
  return { serialize, parseValue, parseLiteral }
}

/** The resolvers of every noun that the graph has. */
export function resolversOf({ content }: Modules): object[] {
  return [...resolvers, contentResolvers(content)]
}

/**
 * The executable subgraph: SDL and resolvers of every noun, with the federation's own root fields.
 * @param shape how it differs from what is written in `schema/`: names and fields are the same for
 * all that reads the schema
 */
export function buildSchema(modules: Modules, shape: GraphShape = plainShape): GraphQLSchema {
  const { typeDefs, typeNames } = shapedTypeDefs(modules, shape)
  const none: DocumentNode = { ...typeDefs, definitions: [] }
  const schema = buildSubgraphSchema([
    { typeDefs },
    ...resolversOf(modules).map((ofNoun) => ({
      typeDefs: none,
      resolvers: Object.fromEntries(
        Object.entries(ofNoun).map(([type, ofType]) => [typeNames.get(type) ?? type, ofType]),
      ),
    })),
  ])
  return countWhenAsked(limitRates(limitEntities(schema)))
}

/**
 * Counts of connections are questions, put when the field is asked for. Said here for all of them,
 * because a compiled operation (`server/compiled/`) takes what is on an object as it is, where
 * graphql-js would call a function.
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

import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { getGraphQLRateLimiter } from 'graphql-rate-limit'
import { BurstStore, type Burst } from './base/burst-store.ts'
import { refuse, type Refused } from './base/refusals.ts'
import { settle } from './base/payload.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'

/** How often one person may call a mutation, or why nobody counts. */
type Allowance = Burst | 'never refused' | 'services only'

type Resolve = GraphQLFieldResolver<unknown, Context>

/**
 * Puts its allowance in front of every mutation, so that no noun has to think of it. A call that is too much is answered
 * like any other refusal. Counted per person, not per address; the anonymous and services go through to the resolver,
 * which refuses them or does not count.
 * @throws for a mutation without an allowance
 */
export function limitBursts(schema: GraphQLSchema): GraphQLSchema {
  const allowances: Readonly<Record<string, Allowance>> = limits.mutations
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const allowance = allowances[field.name]
    if (allowance === undefined)
      throw new Error(`The mutation ${field.name} has no allowance: give it one in src/limits.ts.`)
    if (typeof allowance === 'object')
      field.resolve = limited(field.resolve ?? defaultFieldResolver, allowance)
  }
  return schema
}

function limited(resolve: Resolve, burst: Burst): Resolve {
  return async (root, args: object, context, info): Promise<unknown> => {
    const refused = await refuseBurst(burst, args, context, info)
    return refused === null ? resolve(root, args, context, info) : settle(refused, () => ({}))
  }
}

/** Counts the call and, if it is too much, says when it will pass. The library makes of `max: 0` a 5, so never ask that. */
async function refuseBurst(
  burst: Burst,
  args: object,
  { door }: Context,
  info: GraphQLResolveInfo,
): Promise<Refused | null> {
  const { identity } = door
  if (identity.kind !== 'viewer') return null
  const store = new BurstStore(door, burst)
  const limit = getGraphQLRateLimiter({ store, identifyContext: () => identity.userId })
  const message = await limit(
    { parent: undefined, args: { ...args }, context: undefined, info },
    { max: burst.most, window: `${String(burst.seconds)}s`, uncountRejected: true },
  )
  if (message === undefined) return null
  return refuse('RATE_LIMITED', store.retryAt === null ? {} : { retryAt: store.retryAt })
}

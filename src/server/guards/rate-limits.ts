import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { getGraphQLRateLimiter } from 'graphql-rate-limit'
import { rateLimited } from '../../graphql/errors.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { refuseBecause } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import type { Context } from '../context.ts'
import { type RateLimit, RateLimitStore } from './rate-limit-store.ts'

/** How often one person may call a mutation, or why nobody counts. */
type Rate = RateLimit | 'never refused' | 'services only' | 'ignored when early'

type Resolve = GraphQLFieldResolver<unknown, Context>

/**
 * Puts its rate limit in front of every mutation, and of the queries that have one, so that no noun
 * has to think of it. A mutation that is too much is answered like any other refusal; a query is a
 * top-level error. People are counted one by one, the anonymous by their address, and each field
 * for itself, aliases too. Services count nothing.
 * @throws for a mutation without a rate limit
 */
export function limitRates(schema: GraphQLSchema): GraphQLSchema {
  const ofMutations: Readonly<Record<string, Rate>> = limits.mutations
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const rate = ofMutations[field.name]
    if (rate === undefined)
      throw new Error(`The mutation ${field.name} has no rate limit: give it one in src/limits.ts.`)
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve =
      typeof rate === 'object'
        ? limitedMutation(resolve, rate)
        : insistingMutation(resolve, rate === 'never refused')
  }
  const queries = schema.getQueryType()?.getFields() ?? {}
  for (const [name, rate] of Object.entries(limits.queries)) {
    const field = queries[name]
    if (field !== undefined)
      field.resolve = limitedQuery(field.resolve ?? defaultFieldResolver, rate)
  }
  return schema
}

/**
 * What is never refused is not refused for want of a place either: it waits. Mutations come one
 * after the other.
 */
function insistingMutation(resolve: Resolve, insists: boolean): Resolve {
  return (root, args: object, context, info): unknown => {
    context.session.insists = insists
    return resolve(root, args, context, info)
  }
}

/** The anonymous go through to the resolver, which refuses them. */
function limitedMutation(resolve: Resolve, rate: RateLimit): Resolve {
  return async (root, args: object, context, info): Promise<unknown> => {
    context.session.insists = false
    // The mutation before it may have left a snapshot, which must not be held while this one waits
    // for its counter.
    await context.session.pause()
    const passes = context.identity.kind !== 'viewer'
    const excess = passes ? null : await excessOf(rate, args, context, info)
    if (excess === null) return resolve(root, args, context, info)
    const { retryAt } = excess
    return toPayload(refuseBecause('RATE_LIMITED', tooOften(rate, info), { retryAt }), () => ({}))
  }
}

function limitedQuery(
  resolve: Resolve,
  { viewer, anonymous }: { readonly viewer: RateLimit; readonly anonymous: RateLimit },
): Resolve {
  return async (root, args: object, context, info): Promise<unknown> => {
    const { kind } = context.identity
    const rate = kind === 'viewer' ? viewer : anonymous
    const excess = kind === 'service' ? null : await excessOf(rate, args, context, info)
    if (excess !== null) throw rateLimited(tooOften(rate, info), excess.retryAt)
    return resolve(root, args, context, info)
  }
}

function tooOften({ most, seconds }: RateLimit, { fieldName }: GraphQLResolveInfo): string {
  return `You can ask for \`${fieldName}\` at most ${most} times in ${seconds} seconds.`
}

/**
 * Counts the call. Null when it is within the limit; else when the next will pass.
 *
 * @NOTE The library makes of `max: 0` a 5, so never ask that.
 */
async function excessOf(
  rate: RateLimit,
  args: object,
  { counter, session }: Context,
  info: GraphQLResolveInfo,
): Promise<{ readonly retryAt: Date | null } | null> {
  const store = new RateLimitStore(counter, rate)
  // Whom a bucket belongs to is the counter's to know; the library only wants a name.
  const limit = getGraphQLRateLimiter({ store, identifyContext: () => 'the one who asks' })
  const message = await session.readAfter(
    limit(
      { parent: undefined, args: { ...args }, context: undefined, info },
      { max: rate.most, window: `${rate.seconds}s`, uncountRejected: true },
    ),
  )
  return message === undefined ? null : { retryAt: store.retryAt }
}

import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { getGraphQLRateLimiter } from 'graphql-rate-limit'
import { BurstStore, type Burst } from './rate-limit-store.ts'
import { rateLimited } from '../../graphql/errors.ts'
import { refuseBecause } from '../../graphql/refusals.ts'
import { settle } from '../../graphql/payloads.ts'
import type { Context } from '../context.ts'
import { limits } from '../../limits.ts'

/** How often one person may call a mutation, or why nobody counts. */
type Allowance = Burst | 'never refused' | 'services only'

type Resolve = GraphQLFieldResolver<unknown, Context>

/**
 * Puts its allowance in front of every mutation, and of the queries that have one, so that no noun has to think of it. A
 * mutation that is too much is answered like any other refusal; a query is a top-level error. People are counted one by
 * one, the anonymous by their address, and each field for itself, aliases too. Services count nothing.
 * @throws for a mutation without an allowance
 */
export function limitBursts(schema: GraphQLSchema): GraphQLSchema {
  const ofMutations: Readonly<Record<string, Allowance>> = limits.mutations
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const allowance = ofMutations[field.name]
    if (allowance === undefined)
      throw new Error(`The mutation ${field.name} has no allowance: give it one in src/limits.ts.`)
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve =
      typeof allowance === 'object'
        ? limitedMutation(resolve, allowance)
        : insistingMutation(resolve, allowance === 'never refused')
  }
  const queries = schema.getQueryType()?.getFields() ?? {}
  for (const [name, allowance] of Object.entries(limits.queries)) {
    const field = queries[name]
    if (field !== undefined)
      field.resolve = limitedQuery(field.resolve ?? defaultFieldResolver, allowance)
  }
  return schema
}

/** What is never refused is not refused for want of a place either: it waits. Mutations come one after the other. */
function insistingMutation(resolve: Resolve, insists: boolean): Resolve {
  return (root, args: object, context, info): unknown => {
    context.session.insists = insists
    return resolve(root, args, context, info)
  }
}

/** The anonymous go through to the resolver, which refuses them. */
function limitedMutation(resolve: Resolve, burst: Burst): Resolve {
  return async (root, args: object, context, info): Promise<unknown> => {
    context.session.insists = false
    // The mutation before it may have left a snapshot, which must not be held while this one waits for its counter.
    await context.session.pause()
    const passes = context.identity.kind !== 'viewer'
    const excess = passes ? null : await excessOf(burst, args, context, info)
    if (excess === null) return resolve(root, args, context, info)
    const { retryAt } = excess
    return settle(refuseBecause('RATE_LIMITED', tooOften(burst, info), { retryAt }), () => ({}))
  }
}

function limitedQuery(
  resolve: Resolve,
  { viewer, anonymous }: { readonly viewer: Burst; readonly anonymous: Burst },
): Resolve {
  return async (root, args: object, context, info): Promise<unknown> => {
    const { kind } = context.identity
    const burst = kind === 'viewer' ? viewer : anonymous
    const excess = kind === 'service' ? null : await excessOf(burst, args, context, info)
    if (excess !== null) throw rateLimited(tooOften(burst, info), excess.retryAt)
    return resolve(root, args, context, info)
  }
}

function tooOften({ most, seconds }: Burst, { fieldName }: GraphQLResolveInfo): string {
  return `You can ask for \`${fieldName}\` at most ${most} times in ${seconds} seconds.`
}

/**
 * Counts the call. Null when it is within the allowance; else when the next will pass.
 *
 * @NOTE The library makes of `max: 0` a 5, so never ask that.
 */
async function excessOf(
  burst: Burst,
  args: object,
  { counter, session }: Context,
  info: GraphQLResolveInfo,
): Promise<{ readonly retryAt: Date | null } | null> {
  const store = new BurstStore(counter, burst)
  // Whom a bucket belongs to is the counter's to know; the library only wants a name.
  const limit = getGraphQLRateLimiter({ store, identifyContext: () => 'the one who asks' })
  const message = await session.readAfter(
    limit(
      { parent: undefined, args: { ...args }, context: undefined, info },
      { max: burst.most, window: `${String(burst.seconds)}s`, uncountRejected: true },
    ),
  )
  return message === undefined ? null : { retryAt: store.retryAt }
}

import { defaultFieldResolver, GraphQLError, type GraphQLField, type GraphQLSchema } from 'graphql'
import { refusalCodes } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'

/** Something that counts by one label. */
interface CounterBy<Label extends string> {
  inc(labels: Record<Label, string>, by?: number): void
}

type Field = GraphQLField<unknown, unknown>

/**
 * Counts what mutations refuse, by code, and what a rate limit refuses, by field. Every code and
 * every limited field is there from the start, at zero.
 */
export function countRefusals(
  schema: GraphQLSchema,
  refusals: CounterBy<'code'>,
  rateLimited: CounterBy<'field'>,
): void {
  for (const code of refusalCodes) refusals.inc({ code }, 0)
  const rates: Readonly<Record<string, unknown>> = limits.mutations
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (typeof rates[field.name] === 'object') rateLimited.inc({ field: field.name }, 0)
    countOutcomes(field, (code) => {
      refusals.inc({ code })
      if (code === 'RATE_LIMITED') rateLimited.inc({ field: field.name })
    })
  }
  const queries = schema.getQueryType()?.getFields() ?? {}
  for (const field of Object.keys(limits.queries).map((name) => queries[name])) {
    if (field === undefined) continue
    rateLimited.inc({ field: field.name }, 0)
    countErrors(field, (code) => {
      if (code === 'RATE_LIMITED') rateLimited.inc({ field: field.name })
    })
  }
}

/**
 * Says the code of each refusal that a mutation's payload has, whether the client asks for it or
 * not.
 */
function countOutcomes(field: Field, count: (code: string) => void): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = async (...asked): Promise<unknown> => {
    const payload: unknown = await resolve(...asked)
    const { userErrors = [] } = (payload ?? {}) as { userErrors?: readonly { code: string }[] }
    for (const { code } of userErrors) count(code)
    return payload
  }
}

/** Says the code of each error that a field fails with. */
function countErrors(field: Field, count: (code: unknown) => void): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = async (...asked): Promise<unknown> => {
    try {
      return await resolve(...asked)
    } catch (error) {
      if (error instanceof GraphQLError) count(error.extensions['code'])
      throw error
    }
  }
}

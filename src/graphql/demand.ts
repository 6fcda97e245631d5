import { getDirectiveValues, type GraphQLField, type GraphQLSchema } from 'graphql'

/**
 * What the schema says that a field costs: its `@cost` and its `@listSize`, as gateways read them
 * too.
 */
interface Demand {
  readonly weight: number
  /**
   * How many objects its list has when no slicing argument says; null when the schema does not
   * tell.
   */
  readonly assumedSize: number | null
  /** The arguments that say how many. */
  readonly slicingArguments: readonly string[]
}

const known = new WeakMap<GraphQLField<unknown, unknown>, Demand>()

/** What a field of a schema costs, read off its directives once. */
export function demandOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Demand {
  const demand = known.get(field) ?? readDemand(schema, field)
  known.set(field, demand)
  return demand
}

function readDemand(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Demand {
  const read = (name: string) => {
    const directive = schema.getDirective(name)
    return directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined
  }
  const { weight } = (read('cost') ?? {}) as { weight?: number }
  const list = read('listSize') as
    { assumedSize?: number | null; slicingArguments?: string[] | null } | undefined
  return {
    weight: weight ?? 0,
    assumedSize: list?.assumedSize ?? null,
    slicingArguments: list?.slicingArguments ?? [],
  }
}

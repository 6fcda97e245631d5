import { isUnionType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { badUserInput } from './base/errors.ts'
import { limits } from './limits.ts'

/**
 * Puts a guard in front of `_entities`, the root field through which a gateway asks: at most so many representations,
 * and each for itself. The library's resolver fails the whole answer for one odd representation; here it is a null.
 */
export function limitEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities']
  if (field?.resolve === undefined)
    throw new Error('The schema has no `_entities`: it is not a subgraph.')
  field.resolve = oneByOne(field.resolve)
  return schema
}

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  unknown,
  { representations: readonly unknown[] }
>

function oneByOne(resolve: EntitiesResolver): EntitiesResolver {
  return (root, { representations }, context, info) => {
    if (representations.length > limits.entitiesAtOnce) {
      throw badUserInput(
        `At most ${String(limits.entitiesAtOnce)} representations can be resolved at once.`,
      )
    }
    return representations.map((representation) => {
      if (!isOfKnownType(representation, info.schema)) return null
      try {
        const [entity] = resolve(
          root,
          { representations: [representation] },
          context,
          info,
        ) as unknown[]
        return entity
      } catch (error) {
        return error
      }
    })
  }
}

/** Only entities: for any other type the library would echo whatever the client claims of it. */
function isOfKnownType(representation: unknown, schema: GraphQLSchema): boolean {
  if (typeof representation !== 'object' || representation === null) return false
  if (!('__typename' in representation)) return false
  const entities = schema.getType('_Entity')
  return (
    isUnionType(entities) &&
    entities.getTypes().some(({ name }) => name === representation.__typename)
  )
}

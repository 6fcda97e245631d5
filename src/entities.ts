import { isUnionType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { badUserInput } from './base/errors.ts'
import { limits } from './limits.ts'

/**
 * Puts a guard in front of `_entities`, the root field through which a gateway asks: at most so many different
 * representations, each resolved once however often it is there, and each for itself. The library's resolver fails the
 * whole answer for one odd representation; here it is a null.
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
    const keys = representations.map(keyOf)
    const different = new Set(keys).size
    if (different > limits.entitiesAtOnce) {
      throw badUserInput(
        `At most ${limits.entitiesAtOnce} different representations can be resolved at once (got ${different}).`,
      )
    }
    const resolved = new Map<unknown, unknown>()
    return representations.map((representation, place) => {
      const key = keys[place]
      if (!resolved.has(key)) resolved.set(key, resolveOne(representation))
      return resolved.get(key)
    })

    function resolveOne(representation: unknown): unknown {
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
    }
  }
}

/** The same for representations that are written alike; one that is too deep to be written is like no other. */
function keyOf(representation: unknown): unknown {
  try {
    return JSON.stringify(representation)
  } catch {
    return Symbol()
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

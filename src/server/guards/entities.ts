import {
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  isInterfaceType,
  isUnionType,
} from 'graphql'
import { badUserInput } from '../../graphql/errors.ts'
import { limits } from '../../limits.ts'

/**
 * Puts a guard in front of `_entities`, the root field through which a gateway asks: at most so
 * many different representations, each resolved once however often it is there, and each for
 * itself. The library's resolver fails the whole answer for one odd representation; here it is a
 * null.
 */
export function limitEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities']
  if (field?.resolve === undefined)
    throw new Error('The schema has no `_entities`: it is not a subgraph.')
  field.resolve = oneByOne(field.resolve, entityNames(schema))
  return schema
}

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  unknown,
  { representations: readonly unknown[] }
>

function oneByOne(resolve: EntitiesResolver, entities: ReadonlySet<unknown>): EntitiesResolver {
  return (root, { representations }, context, info) => {
    const keys = representations.map(keyOf)
    const different = new Set(keys).size
    if (different > limits.entitiesAtOnce) {
      throw badUserInput(
        `\`representations\` may have at most ${limits.entitiesAtOnce} different entries (got ${different}).`,
      )
    }
    const resolved = new Map<unknown, unknown>()
    return representations.map((representation, place) => {
      const key = keys[place]
      if (!resolved.has(key)) resolved.set(key, resolveOne(representation))
      return resolved.get(key)
    })

    function resolveOne(representation: unknown): unknown {
      if (!isOneOf(entities, representation)) return null
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

/**
 * The same for representations that are written alike; one that is too deep to be written is like
 * no other.
 */
function keyOf(representation: unknown): unknown {
  try {
    return JSON.stringify(representation)
  } catch {
    return Symbol()
  }
}

/**
 * Only entities: for any other type the library would echo whatever the client claims of it. An
 * interface can be one too, though it is none of the types of `_Entity`: its representation is one
 * of an object whose type the gateway does not know.
 */
function entityNames(schema: GraphQLSchema): ReadonlySet<unknown> {
  const entities = schema.getType('_Entity')
  const objects = isUnionType(entities) ? entities.getTypes() : []
  const interfaces = Object.values(schema.getTypeMap()).filter(
    (type) => isInterfaceType(type) && hasKey(type),
  )
  return new Set([...objects, ...interfaces].map(({ name }) => name))
}

function hasKey({ astNode, extensionASTNodes }: GraphQLInterfaceType): boolean {
  return [astNode, ...extensionASTNodes].some((node) =>
    node?.directives?.some(({ name }) => /^(federation__)?key$/.test(name.value)),
  )
}

function isOneOf(names: ReadonlySet<unknown>, representation: unknown): boolean {
  if (typeof representation !== 'object' || representation === null) return false
  return '__typename' in representation && names.has(representation.__typename)
}

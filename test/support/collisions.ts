import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { type Composed, type Composer, type Service, service } from './composers.ts'

/** What a composer makes of two subgraphs that have a type of one name. */
export type Outcome =
  | { readonly kind: 'composes' }
  | { readonly kind: 'refused'; readonly problem: string }
  /** It composes, without some of our fields or values. */
  | { readonly kind: 'loses'; readonly lost: readonly string[] }

/** The objects, inputs and enums of a graph that its SDL defines, but for the root types. */
export function collidable(graph: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(graph.getTypeMap()).filter(
    (type) =>
      (isObjectType(type) || isInputObjectType(type) || isEnumType(type)) &&
      !isIntrospectionType(type) &&
      !isSpecifiedScalarType(type) &&
      !/^_|^(link|federation)__|^(Query|Mutation|Subscription)$/.test(type.name),
  )
}

/** Names of what a type holds: its fields, or its values. */
function partsOf(type: GraphQLNamedType | undefined): string[] {
  if (isObjectType(type) || isInputObjectType(type)) return Object.keys(type.getFields())
  if (isEnumType(type)) return type.getValues().map(({ name }) => name)
  return []
}

/**
 * A subgraph whose team has chosen the names of types of ours for types of the same kinds: an
 * object with one other field; an enum or an input with one part that is ours, too, and one that is
 * not.
 */
export function strangerWith(types: readonly GraphQLNamedType[]): Service {
  const roots = types.map(({ name }, place) => `f${String(place)}: ${name}`)
  const asArguments = types.map(({ name }, place) => `f${String(place)}(by: ${name}): String`)
  const root = types.map((type, place) => (isObjectType(type) ? roots : asArguments)[place])
  return service(
    'stranger',
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
     type Query { ${root.join('\n')} }
     ${types.map(chosen).join('\n')}`,
  )
}

function chosen(type: GraphQLNamedType): string {
  if (isObjectType(type)) return `type ${type.name} { notOfConnections: String }`
  if (isEnumType(type)) return `enum ${type.name} { ${partsOf(type)[0] ?? ''} NOT_OF_CONNECTIONS }`
  const alike = isInputObjectType(type)
    ? Object.values(type.getFields()).find(({ type: of }) =>
        /^(ID|String|Int|Boolean)!?$/.test(String(of)),
      )
    : undefined
  const field = alike === undefined ? '' : `${alike.name}: ${String(alike.type)}`
  return `input ${type.name} { ${field} notOfConnections: String }`
}

/** What a composer makes of ours beside a stranger who has a type of the same name. */
export function collide(
  { compose }: Composer,
  type: GraphQLNamedType,
  ours: readonly Service[],
): Outcome {
  const { graph, problems }: Composed = compose([...ours, strangerWith([type])])
  if (graph === null) return { kind: 'refused', problem: problems[0] ?? '' }
  const left = new Set(partsOf(graph.getType(type.name)))
  const lost = partsOf(type).filter((part) => !left.has(part))
  return lost.length === 0 ? { kind: 'composes' } : { kind: 'loses', lost }
}

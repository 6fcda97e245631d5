import {
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NameNode,
  visit,
} from 'graphql'
import { fieldsIn, isExternal, typeNameOf } from './sdl.ts'

/** Names that GraphQL and Relay give, the same in every subgraph. */
const given = ['Query', 'Mutation', 'Subscription', 'PageInfo']

/**
 * Which types of a document get which names with a prefix. Those of others keep theirs: what
 * GraphQL and Relay name, scalars, the types in `shared`, and types with external fields, together
 * with what these fields are of.
 */
export function prefixedNames(
  document: DocumentNode,
  prefix: string,
  shared: readonly string[],
): ReadonlyMap<string, string> {
  const definitions = document.definitions.filter(isTypeDefinitionNode)
  const ofOthers = definitions.flatMap(({ name: { value: name } }) => {
    const external = fieldsIn(document, name).filter(isExternal)
    return external.length === 0 ? [] : [name, ...external.map(({ type }) => typeNameOf(type))]
  })
  const kept = new Set([...given, ...shared, ...ofOthers])
  return new Map(
    definitions
      .filter(({ kind, name }) => kind !== Kind.SCALAR_TYPE_DEFINITION && !kept.has(name.value))
      .map(({ name }) => [name.value, prefix + name.value]),
  )
}

/** The document with types under other names, wherever they are named. */
export function renameTypes(
  document: DocumentNode,
  names: ReadonlyMap<string, string>,
): DocumentNode {
  const rename = <Node extends { readonly name: NameNode }>(node: Node): Node => {
    const value = names.get(node.name.value)
    return value === undefined ? node : { ...node, name: { ...node.name, value } }
  }
  return visit(document, {
    enter: (node) =>
      node.kind === Kind.NAMED_TYPE || isTypeDefinitionNode(node) || isTypeExtensionNode(node)
        ? rename(node)
        : undefined,
  })
}

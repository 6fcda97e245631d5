import {
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  visit,
} from 'graphql'
import { fieldSetsOf, fieldsIn, isExternal } from './sdl.ts'

const roots = ['Query', 'Mutation', 'Subscription']

/**
 * The document without the types that nothing leads to. Where it begins: the root types, and the
 * entities of which this subgraph says more than their key, for a gateway asks for them by
 * `_entities`.
 */
export function prune(document: DocumentNode): DocumentNode {
  const nodes = Map.groupBy(
    document.definitions.filter(isOfType),
    (node: TypeDefinitionNode | TypeExtensionNode) => node.name.value,
  )
  const reached = new Set<string>()
  const reach = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const node of nodes.get(name) ?? []) {
      visit(node, {
        NamedType(to) {
          reach(to.name.value)
        },
      })
    }
  }
  for (const name of nodes.keys()) {
    if (roots.includes(name) || isEntity(document, name)) reach(name)
  }
  const definitions = document.definitions.filter(
    (node) => !isOfType(node) || reached.has(node.name.value),
  )
  return { ...document, definitions }
}

function isOfType(
  node: DocumentNode['definitions'][number],
): node is TypeDefinitionNode | TypeExtensionNode {
  return isTypeDefinitionNode(node) || isTypeExtensionNode(node)
}

function isEntity(document: DocumentNode, type: string): boolean {
  const keys = fieldSetsOf(document, type, 'key').flatMap(({ names }) => names)
  return (
    keys.length > 0 &&
    fieldsIn(document, type).some((field) => !keys.includes(field.name.value) && !isExternal(field))
  )
}

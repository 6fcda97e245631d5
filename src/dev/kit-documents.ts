import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

/** Stands before the names of our own types, where the prefix of the service comes. */
const mark = '~'

/**
 * A plugin of GraphQL Code Generator: the kit's operations as strings, one constant each, so that
 * a bundle has only those that it uses. Fragments are written out, because then the only types
 * that an operation names are those of its variables.
 */
export function plugin(
  schema: GraphQLSchema,
  files: readonly { document?: DocumentNode }[],
): { prepend: string[]; content: string } {
  const definitions = files.flatMap(({ document }) => document?.definitions ?? [])
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  const constants = definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => constantOf(operation, fragments, schema))
  return {
    prepend: [`import type { Document } from '../client/document.ts'`],
    content: constants.join('\n\n'),
  }
}

function constantOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  schema: GraphQLSchema,
): string {
  const name = operation.name?.value ?? ''
  const type = name + operation.operation.replace(/^./, (letter) => letter.toUpperCase())
  const marked = visit(operation, {
    SelectionSet: (set) => writtenOut(set, fragments),
    NamedType: (node) => {
      const ours = !isScalarType(schema.getType(node.name.value))
      return ours ? { ...node, name: { ...node.name, value: `own_${node.name.value}` } } : undefined
    },
  })
  const text = stripIgnoredCharacters(print(marked)).replaceAll('own_', mark)
  return `export const ${name}Document = ${JSON.stringify(text)} as Document<${type}, ${type}Variables>`
}

/** A selection with the fields of its fragments, each field once. */
function writtenOut(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  const fields = new Map<string, SelectionNode>()
  const take = (selection: SelectionNode) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      fragments.get(selection.name.value)?.selectionSet.selections.forEach(take)
    } else {
      fields.set(print(selection), selection)
    }
  }
  set.selections.forEach(take)
  return { ...set, selections: [...fields.values()] }
}

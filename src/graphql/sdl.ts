import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputObjectTypeExtensionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'

/** A node of an SDL document that gives fields to a type or to an input. */
export type WithFields =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InputObjectTypeDefinitionNode
  | InputObjectTypeExtensionNode

/** A field of a type, or of an input. */
export type FieldNode = FieldDefinitionNode | InputValueDefinitionNode

/** Whether a node gives fields to a type or to an input. */
export function hasFields(node: DefinitionNode): node is WithFields {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION
  )
}

/**
 * All fields of a type, from its definition and its extensions. Empty for a type that is not there
 * or has none.
 */
export function fieldsIn(document: DocumentNode, type: string): readonly FieldNode[] {
  return nodesOf(document, type).flatMap(({ fields = [] }): readonly FieldNode[] => fields)
}

function nodesOf(document: DocumentNode, type: string): readonly WithFields[] {
  return document.definitions.filter(hasFields).filter(({ name }) => name.value === type)
}

/** The directives of one name on a node. */
export function directivesOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name)
}

/** Whether a field belongs to another subgraph, and is known here for what requires it. */
export const isExternal = (field: FieldNode): boolean => directivesOf(field, 'external').length > 0

/** The text that a directive was given for an argument; null when it was not given one. */
export function textOf(directive: ConstDirectiveNode, argument: string): string | null {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value
  return value?.kind === Kind.STRING ? value.value : null
}

/**
 * The texts of a list that a directive was given for an argument; none when it was not given one.
 */
export function textsOf(directive: ConstDirectiveNode, argument: string): readonly string[] {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value
  if (value?.kind !== Kind.LIST) return []
  return value.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : []))
}

/** What `@key` or `@requires` names: `creator { id } visibility`. */
export interface FieldSet {
  /** The field that the directive stands on; null for a type. */
  readonly field: string | null
  readonly names: readonly string[]
  /** What is named of the fields that have a selection of their own. */
  readonly below: ReadonlyMap<string, FieldSet>
}

/** The field sets of a type's `@key`, or of the `@requires` on its fields. */
export function fieldSetsOf(
  document: DocumentNode,
  type: string,
  directive: 'key' | 'requires',
): readonly FieldSet[] {
  const nodes = directive === 'key' ? nodesOf(document, type) : fieldsIn(document, type)
  return nodes.flatMap((node) =>
    directivesOf(node, directive).map((one) => {
      const [definition] = parse(`{ ${textOf(one, 'fields') ?? ''} }`).definitions
      const field = directive === 'key' ? null : node.name.value
      if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Not a field set.')
      return fieldSetOf(definition.selectionSet, field)
    }),
  )
}

function fieldSetOf({ selections }: SelectionSetNode, field: string | null): FieldSet {
  const fields = selections.filter((selection) => selection.kind === Kind.FIELD)
  return {
    field,
    names: fields.map(({ name }) => name.value),
    below: new Map(
      fields.flatMap(({ name, selectionSet }) =>
        selectionSet === undefined ? [] : [[name.value, fieldSetOf(selectionSet, null)]],
      ),
    ),
  }
}

/** The name within lists and non-nulls. */
export function typeNameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeNameOf(type.type)
}

import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { limits } from './limits.ts'

/** How large the answer to an operation could become. */
export interface Cost {
  /** Levels of fields. */
  readonly depth: number
  /** Objects in all lists, each list multiplied by those around it. */
  readonly objects: number
}

interface Measured {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Record<string, unknown>
  /** A fragment costs the same wherever it is spread, so it is measured once: doubling fragments cost nothing here. */
  readonly known: Map<string, Cost>
}

const nothing: Cost = { depth: 0, objects: 0 }

/**
 * Measures a valid operation without running it. A connection counts `first` (or a standard page of) objects, a plain list
 * as many as the longest list among the field's arguments, or as many as that has ordered pairs. Introspection is not counted.
 * @param variables as `getVariableValues` gives them: with the defaults that the document declares
 * @throws GraphQLError for an argument that its field or its condition cannot take
 */
export function measureCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  variables: Record<string, unknown>,
): Cost {
  const measured: Measured = {
    schema,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables,
    known: new Map(),
  }
  return costOfSelections(
    measured,
    operation.selectionSet,
    schema.getRootType(operation.operation)?.name,
  )
}

function costOfSelections(
  measured: Measured,
  { selections }: SelectionSetNode,
  typeName: string | undefined,
): Cost {
  return selections.reduce<Cost>((sum, selection) => {
    let cost: Cost
    checkConditions(measured, selection)
    if (selection.kind === Kind.FIELD) {
      cost = costOfField(measured, selection, typeName)
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? typeName
      cost = costOfSelections(measured, selection.selectionSet, condition)
    } else {
      cost = costOfFragment(measured, selection.name.value)
    }
    return { depth: Math.max(sum.depth, cost.depth), objects: sum.objects + cost.objects }
  }, nothing)
}

/** A variable that may be null, and is, decides nothing. */
function checkConditions({ variables }: Measured, selection: SelectionNode): void {
  getDirectiveValues(GraphQLSkipDirective, selection, variables)
  getDirectiveValues(GraphQLIncludeDirective, selection, variables)
}

function costOfFragment(measured: Measured, name: string): Cost {
  const known = measured.known.get(name)
  if (known !== undefined) return known
  const fragment = measured.fragments.get(name)
  if (fragment === undefined) return nothing
  const { selectionSet, typeCondition } = fragment
  const cost = costOfSelections(measured, selectionSet, typeCondition.name.value)
  measured.known.set(name, cost)
  return cost
}

function costOfField(measured: Measured, node: FieldNode, typeName: string | undefined): Cost {
  const type = typeName === undefined ? undefined : measured.schema.getType(typeName)
  const field =
    isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
  if (field === undefined || !isCompositeType(getNamedType(field.type)))
    return { depth: 1, objects: 0 }
  const inner =
    node.selectionSet === undefined
      ? nothing
      : costOfSelections(measured, node.selectionSet, getNamedType(field.type).name)
  const size = listSize(measured, node, field)
  return {
    depth: 1 + inner.depth,
    objects: size === null ? inner.objects : size * (1 + inner.objects),
  }
}

/** What a list counts that is not told its length, and the most that any list gives, whatever it is told. */
const { standard, most } = limits.page

/** How many objects the field can hold; null for a single one, and for `edges`, which their connection has counted. */
function listSize(
  measured: Measured,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): number | null {
  const values = getArgumentValues(field, node, measured.variables)
  if (field.args.some(({ name }) => name === 'first')) {
    const { first } = values
    return typeof first === 'number' && first > 0 ? Math.min(first, most) : standard
  }
  if (!isList(field.type) || field.name === 'edges') return null
  const lengths = Object.values(values).map((value) => (Array.isArray(value) ? value.length : 0))
  const longest = Math.max(...lengths, 0) || standard
  return ofPairs.has(field.name) ? longest * (longest - 1) : longest
}

/** Fields that answer for each two of what they are given, in both directions. */
const ofPairs = new Set(['interactionsWithin'])

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

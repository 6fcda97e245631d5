import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { demandOf } from '../../graphql/demand.ts'
import { limits } from '../../limits.ts'

/** How large the answer to an operation could become. */
export interface Cost {
  /** Levels of fields. */
  readonly depth: number
  /** Objects in all lists and the weights of fields, each multiplied by the lists around it. */
  readonly cost: number
}

/**
 * The cost of a selection, as long as it is not known how long the lists are that stand directly in
 * it, such as `edges`.
 */
interface Measure extends Cost {
  /** How many lists stand directly in it, and what one object of each costs below. */
  readonly lists: number
  readonly inLists: number
  /** Whether anything is asked but how many there are. */
  readonly asksRows: boolean
}

interface Measured {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Record<string, unknown>
  /**
   * A fragment costs the same wherever it is spread, so it is measured once: doubling fragments
   * cost nothing here.
   */
  readonly known: Map<string, Measure>
}

const nothing: Measure = { depth: 0, cost: 0, lists: 0, inLists: 0, asksRows: false }

/**
 * Measures a valid operation without running it, by what the schema says to gateways as well:
 * `@listSize` and `@cost`. A connection counts `first` objects or its assumed size, unless only its
 * count is asked; a plain list as many as the longest list among the field's arguments, or as many
 * as that has ordered pairs. Single objects and introspection are not counted.
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
  const rootType = schema.getRootType(operation.operation)?.name
  const whole = measureSelections(measured, operation.selectionSet, rootType)
  return { depth: whole.depth, cost: costWith(whole, standard) }
}

/** The cost of a selection when each list that stands directly in it has so many objects. */
const costWith = ({ cost, lists, inLists }: Measure, size: number) =>
  cost + size * (lists + inLists)

function measureSelections(
  measured: Measured,
  { selections }: SelectionSetNode,
  typeName: string | undefined,
): Measure {
  return selections.reduce<Measure>((sum, selection) => {
    let part: Measure
    checkConditions(measured, selection)
    if (selection.kind === Kind.FIELD) {
      part = measureField(measured, selection, typeName)
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? typeName
      part = measureSelections(measured, selection.selectionSet, condition)
    } else {
      part = measureFragment(measured, selection.name.value)
    }
    return {
      depth: Math.max(sum.depth, part.depth),
      cost: sum.cost + part.cost,
      lists: sum.lists + part.lists,
      inLists: sum.inLists + part.inLists,
      asksRows: sum.asksRows || part.asksRows,
    }
  }, nothing)
}

/** A variable that may be null, and is, decides nothing. */
function checkConditions({ variables }: Measured, selection: SelectionNode): void {
  getDirectiveValues(GraphQLSkipDirective, selection, variables)
  getDirectiveValues(GraphQLIncludeDirective, selection, variables)
}

function measureFragment(measured: Measured, name: string): Measure {
  const known = measured.known.get(name)
  if (known !== undefined) return known
  const fragment = measured.fragments.get(name)
  if (fragment === undefined) return nothing
  const { selectionSet, typeCondition } = fragment
  const measure = measureSelections(measured, selectionSet, typeCondition.name.value)
  measured.known.set(name, measure)
  return measure
}

function measureField(measured: Measured, node: FieldNode, typeName: string | undefined): Measure {
  const type = typeName === undefined ? undefined : measured.schema.getType(typeName)
  const field =
    isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
  // What introspection asks is in no type of ours.
  if (field === undefined) return { ...nothing, depth: 1 }
  const { weight } = demandOf(measured.schema, field)
  const asksRows = field.name !== 'totalCount'
  if (!isCompositeType(getNamedType(field.type)))
    return { ...nothing, depth: 1, cost: weight, asksRows }
  const inner =
    node.selectionSet === undefined
      ? nothing
      : measureSelections(measured, node.selectionSet, getNamedType(field.type).name)
  const size = listSize(measured, node, field)
  const outer = { ...nothing, depth: 1 + inner.depth, cost: weight, asksRows }
  if (!isList(field.type)) {
    // A connection says how long the lists in it are, and reads its rows for `pageInfo` too.
    const rows = size === null ? costWith(inner, standard) : costOfRows(inner, size)
    return { ...outer, cost: weight + rows }
  }
  const one = costWith(inner, standard)
  if (size === null) return { ...outer, lists: 1, inLists: one }
  return { ...outer, cost: weight + size * (1 + one) }
}

function costOfRows({ cost, inLists, asksRows }: Measure, size: number): number {
  return cost + (asksRows ? size * (1 + inLists) : 0)
}

/**
 * What a list counts that is not told its length, and the most that any list gives, whatever it is
 * told.
 */
const { standard, most } = limits.page

/**
 * How many objects the field can hold; null for a single one, and for a list whose length only the
 * field around it knows.
 */
function listSize(
  measured: Measured,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): number | null {
  const { assumedSize, slicingArguments } = demandOf(measured.schema, field)
  const values = getArgumentValues(field, node, measured.variables)
  for (const name of slicingArguments) {
    const size = values[name]
    if (typeof size === 'number' && size > 0) return Math.min(size, most)
  }
  if (isList(field.type)) {
    const lengths = Object.values(values)
      .filter(Array.isArray)
      .map(({ length }) => length)
    const longest = Math.max(...lengths)
    if (lengths.length > 0) return ofPairs.has(field.name) ? longest * (longest - 1) : longest
  }
  return assumedSize
}

/** Fields that answer for each two of what they are given, in both directions. */
const ofPairs = new Set(['interactionsWithin'])

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql'

/**
 * How many fields a valid document asks for, with every fragment spread out:
 * `limits.request.fields` at most.
 */
export function countFields({ definitions }: DocumentNode): number {
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  )
  const count = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return sum + count(fragments.get(selection.name.value))
      return sum + (selection.kind === Kind.FIELD ? 1 : 0) + count(selection.selectionSet)
    }, 0)
  return definitions.reduce(
    (sum, node) => (node.kind === Kind.OPERATION_DEFINITION ? sum + count(node.selectionSet) : sum),
    0,
  )
}

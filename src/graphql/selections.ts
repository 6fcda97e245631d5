import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

/** What a resolver knows of its selection. */
export type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>

/** Whether a list is asked how long it is and nothing else, so that no page of it is needed. */
export const asksOnlyCount: (info: Asked) => boolean = (info) =>
  info.fieldNodes.every((field) => asksOnlyForCount(field, info))

const asksOnlyForCount = remembered((field, info) =>
  fieldsBelow(field, info, []).every((name) => name === 'totalCount'),
)

/** Whether a list is asked how long it is, whatever else is asked of it. */
export const asksForCount: (info: Asked) => boolean = (info) =>
  info.fieldNodes.some((field) => asksAlsoForCount(field, info))

const asksAlsoForCount = remembered((field, info) =>
  fieldsBelow(field, info, []).includes('totalCount'),
)

/**
 * A test whether a selection has any of some fields.
 * @param path the fields between the resolver's own field and those, such as `['edges', 'node']`
 */
export function asksForAny(
  path: readonly string[],
  names: readonly string[],
): (info: Asked) => boolean {
  const wanted = new Set(names)
  const asks = remembered((field, info) =>
    fieldsBelow(field, info, path).some((name) => wanted.has(name)),
  )
  return (info) => info.fieldNodes.some((field) => asks(field, info))
}

/**
 * Operations that come again have the same nodes again. What is remembered of a node says what
 * stands below that node, and nothing else: a field may be made of several nodes, and a fragment
 * puts one node into several fields.
 */
function remembered(find: (field: FieldNode, info: Asked) => boolean) {
  const known = new WeakMap<FieldNode, boolean>()
  return (field: FieldNode, info: Asked): boolean => {
    const found = known.get(field) ?? find(field, info)
    known.set(field, found)
    return found
  }
}

/**
 * The names of the fields that stand at a path below a field. Directives are not looked at: more
 * may be found than is asked.
 */
function fieldsBelow(field: FieldNode, { fragments }: Asked, path: readonly string[]): string[] {
  const below = (set: SelectionSetNode | undefined): FieldNode[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection]
      if (selection.kind === Kind.INLINE_FRAGMENT) return below(selection.selectionSet)
      return below(fragments[selection.name.value]?.selectionSet)
    })
  const fields = path.reduce(
    (above, name) =>
      above.flatMap((node) => below(node.selectionSet)).filter((node) => node.name.value === name),
    [field],
  )
  return fields.flatMap((node) => below(node.selectionSet)).map((node) => node.name.value)
}

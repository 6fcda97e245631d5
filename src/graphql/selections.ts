import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>

/** Whether a list is asked for what its people show, so that it comes in the statement of the list. */
export function asksForCards(info: Asked): boolean {
  return info.fieldNodes.some((field) =>
    remembered(cardsOf, field, () =>
      fieldsBelow(field, info, ['edges', 'node']).some((name) => cardFields.has(name)),
    ),
  )
}

/** Whether a list is asked how long it is and nothing else, so that no page of it is needed. */
export function asksOnlyCount(info: Asked): boolean {
  return info.fieldNodes.every((field) =>
    remembered(countOf, field, () =>
      fieldsBelow(field, info, []).every((name) => name === 'totalCount'),
    ),
  )
}

/** Whether a relationship is asked what either may ask of the other, which takes a larger statement. */
export function asksForPairState(info: Asked): boolean {
  return info.fieldNodes.some((field) =>
    remembered(pairStateOf, field, () =>
      fieldsBelow(field, info, []).some((name) => pairStateFields.has(name)),
    ),
  )
}

const cardFields = new Set(['username', 'profile'])
const pairStateFields = new Set([
  'outgoingRequest',
  'incomingRequest',
  'can',
  'canMessage',
  'canInvite',
  'canFollow',
  'canAddContact',
  'canRequestFriend',
  'canUpgrade',
])

/**
 * Operations that come again have the same nodes again. What is remembered of a node says what stands below that node, and
 * nothing else: a field may be made of several nodes, and a fragment puts one node into several fields.
 */
const cardsOf = new WeakMap<FieldNode, boolean>()
const countOf = new WeakMap<FieldNode, boolean>()
const pairStateOf = new WeakMap<FieldNode, boolean>()

function remembered(
  memory: WeakMap<FieldNode, boolean>,
  field: FieldNode,
  find: () => boolean,
): boolean {
  const known = memory.get(field)
  if (known !== undefined) return known
  const found = find()
  memory.set(field, found)
  return found
}

/** The names of the fields that stand at a path below a field. Directives are not looked at: more may be found than is asked. */
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

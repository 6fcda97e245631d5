import { Kind, parse, type SelectionSetNode } from 'graphql'

/** How many fields a document has with all fragments spread out; 0 for one that is none. */
export function sizeOf(text: string): number {
  let document
  try {
    document = parse(text)
  } catch {
    return 0
  }
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet] as const] : [],
    ),
  )
  const known = new Map<string, number>()
  const sizeWithin = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, one) => {
      if (one.kind === Kind.INLINE_FRAGMENT) return sum + sizeWithin(one.selectionSet)
      if (one.kind === Kind.FIELD)
        return sum + 1 + (one.selectionSet === undefined ? 0 : sizeWithin(one.selectionSet))
      const name = one.name.value
      const spread = fragments.get(name)
      // A fragment that spreads itself is counted once: it is invalid in any case.
      if (!known.has(name)) {
        known.set(name, 0)
        known.set(name, spread === undefined ? 0 : sizeWithin(spread))
      }
      return sum + (known.get(name) ?? 0)
    }, 0)
  return document.definitions.reduce(
    (sum, one) => sum + (one.kind === Kind.OPERATION_DEFINITION ? sizeWithin(one.selectionSet) : 0),
    0,
  )
}

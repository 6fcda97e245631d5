import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql'
import type { Question } from './question.ts'

/** Tries until nothing more can be left out, or until so many candidates were tried. */
const mostTries = 250

/**
 * Makes a question as small as it can be while it still fails.
 * @param fails whether a candidate fails in the same way
 */
export async function shrink(
  schema: GraphQLSchema,
  question: Question,
  fails: (candidate: Question) => Promise<boolean>,
): Promise<Question> {
  let smallest = question
  let tries = 0
  for (let progress = true; progress && tries < mostTries;) {
    progress = false
    for (const candidate of candidates(schema, smallest)) {
      if (sizeOf(candidate) >= sizeOf(smallest) || tries >= mostTries) continue
      tries++
      if (!(await fails(candidate))) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

function sizeOf({ text, variables, operationName, askers, prelude }: Question): number {
  const [one, other] = askers
  const more = prelude === undefined ? 0 : sizeOf(prelude)
  const sent = JSON.stringify(variables ?? {}).length + (operationName ?? '').length
  return text.length + sent + (one === other ? 0 : 1) + more
}

/** Smaller questions, those that leave most out first. */
function* candidates(schema: GraphQLSchema, question: Question): Generator<Question> {
  if (question.prelude !== undefined) yield { ...question, prelude: undefined }
  const [one, other] = question.askers
  yield { ...question, askers: [one, one] }
  yield { ...question, askers: [other, other] }
  if (question.variables != null) {
    yield { ...question, variables: undefined }
    for (const name of Object.keys(question.variables))
      yield { ...question, variables: without(question.variables, name) }
  }
  if (question.operationName != null) yield { ...question, operationName: undefined }
  const document = parseOrNull(question.text)
  if (document === null) return
  const isValid = validate(schema, document).length === 0
  yield { ...question, text: short(document) }
  for (const smaller of edits(document)) {
    const tidied = tidy(smaller)
    if (tidied.definitions.length === 0) continue
    if (isValid && validate(schema, tidied).length > 0) continue
    yield { ...question, text: short(tidied) }
  }
}

/** Each document that is this one without one of its parts, the largest parts first. */
function* edits(document: DocumentNode): Generator<DocumentNode> {
  const places: { readonly node: ASTNode; readonly size: number }[] = []
  const note = (node: ASTNode) => {
    places.push({ node, size: (node.loc?.end ?? 0) - (node.loc?.start ?? 0) })
  }
  visit(document, {
    OperationDefinition: note,
    Field: note,
    FragmentSpread: note,
    InlineFragment: note,
    Directive: note,
    Argument: note,
    ObjectField: note,
    ListValue: note,
    VariableDefinition: note,
  })
  places.sort((one, other) => other.size - one.size)
  for (const { node } of places) {
    yield replaced(document, node, (found) => {
      if (found.kind === Kind.VARIABLE_DEFINITION) return omit(found, 'defaultValue')
      if (found.kind === Kind.LIST) return { ...found, values: found.values.slice(1) }
      return null
    })
    if (node.kind === Kind.FIELD && node.alias !== undefined)
      yield replaced(document, node, () => omit(node, 'alias'))
  }
  // A fragment's own selections in its place.
  for (const { node } of places) {
    if (node.kind === Kind.INLINE_FRAGMENT) yield unwrapped(document, node)
    if (node.kind === Kind.FRAGMENT_SPREAD) yield inlined(document, node)
  }
}

function replaced(
  document: DocumentNode,
  node: ASTNode,
  by: (node: ASTNode) => ASTNode | null,
): DocumentNode {
  return visit<DocumentNode>(document, {
    enter: (found) => (found === node ? by(found) : undefined),
  })
}

function unwrapped(document: DocumentNode, node: ASTNode): DocumentNode {
  return visit<DocumentNode>(document, {
    SelectionSet: (set) => {
      const place = set.selections.findIndex((selection) => selection === node)
      const found = set.selections[place]
      if (found?.kind !== Kind.INLINE_FRAGMENT) return undefined
      return {
        ...set,
        selections: set.selections.toSpliced(place, 1, ...found.selectionSet.selections),
      }
    },
  })
}

function inlined(document: DocumentNode, node: ASTNode): DocumentNode {
  return replaced(document, node, (found) => {
    if (found.kind !== Kind.FRAGMENT_SPREAD) return found
    const fragment = document.definitions.find(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === found.name.value,
    )
    if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return found
    const { typeCondition, selectionSet } = fragment
    const { directives = [] } = found
    return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives }
  })
}

/** Without what has become unused or empty. */
function tidy(document: DocumentNode): DocumentNode {
  const spread = namesOf(document, Kind.FRAGMENT_SPREAD)
  const tidied = visit<DocumentNode>(document, {
    FragmentDefinition: ({ name }) => (spread.has(name.value) ? undefined : null),
    Field: {
      leave: ({ selectionSet }) => (selectionSet?.selections.length === 0 ? null : undefined),
    },
    InlineFragment: {
      leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
    },
  })
  const used = new Set<string>()
  visit(tidied, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  })
  const again = visit<DocumentNode>(tidied, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  })
  return again.definitions.length < document.definitions.length ? tidy(again) : again
}

function namesOf(document: DocumentNode, kind: Kind.FRAGMENT_SPREAD): Set<string> {
  const names = new Set<string>()
  visit(document, { [kind]: ({ name }: { name: { value: string } }) => void names.add(name.value) })
  return names
}

function omit<Node extends ASTNode>(node: Node, part: keyof Node): ASTNode {
  const entries = Object.entries(node).filter(([name]) => name !== part)
  return Object.fromEntries(entries) as unknown as ASTNode
}

function without(variables: Readonly<Record<string, unknown>>, name: string) {
  return Object.fromEntries(Object.entries(variables).filter(([other]) => other !== name))
}

function short(document: DocumentNode): string {
  return print(document).replace(/\s+/g, ' ').trim()
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text)
  } catch {
    return null
  }
}

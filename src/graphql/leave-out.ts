import { type DocumentNode, Kind, visit } from 'graphql'
import {
  type FieldNode,
  type FieldSet,
  fieldSetsOf,
  fieldsIn,
  hasFields,
  isExternal,
  textsOf,
  typeNameOf,
  type WithFields,
} from './sdl.ts'

/** Types that may stay without fields: they then vanish from the graph. */
const roots = ['Query', 'Mutation', 'Subscription']

/**
 * Why fields cannot be left out of a document, a sentence for each coordinate that is wrong;
 * nothing when all can be.
 */
export function unfitCoordinates(
  document: DocumentNode,
  coordinates: readonly string[],
): readonly string[] {
  const problems = coordinates.flatMap((coordinate, place) => unfit(document, coordinate, place))
  if (problems.length > 0) return problems
  const types = new Set(coordinates.map((coordinate) => coordinate.split('.')[0] ?? ''))
  const left = withoutFields(document, coordinates)
  return [...types]
    .filter((type) => !roots.includes(type) && fieldsIn(left, type).length === 0)
    .map((type) => `${type} would have no fields: leave out the fields of that type instead`)
}

function unfit(document: DocumentNode, coordinate: string, place: number): string[] {
  const [, type, name] = /^(\w+)\.(\w+)$/.exec(coordinate) ?? []
  if (type === undefined || name === undefined)
    return [`entry ${place + 1} is not a field such as User.username`]
  const fields = fieldsIn(document, type)
  if (fields.length === 0)
    return [`${coordinate}: there is no type ${type} with fields (names are without TYPE_PREFIX)`]
  const field = fields.find((one) => one.name.value === name)
  if (field === undefined) return [`${coordinate}: ${type} has no field ${name}`]
  const isKey = fieldSetsOf(document, type, 'key').some((set) => set.names.includes(name))
  if (isKey) return [`${coordinate}: the key of an entity must stay`]
  const isRequired =
    field.kind === Kind.INPUT_VALUE_DEFINITION && field.type.kind === Kind.NON_NULL_TYPE
  return isRequired ? [`${coordinate}: an input field that is required must stay`] : []
}

/**
 * The document without some fields, `Type.field` each, and without what cannot stand without them:
 * fields that `@requires` them, external fields that nothing requires any more, and the `@listSize`
 * of lists that are gone. Types that nothing leads to then are still there: `prune` them.
 * @param coordinates that `unfitCoordinates` has no objection to
 */
export function leaveOut(document: DocumentNode, coordinates: readonly string[]): DocumentNode {
  let left = withoutFields(document, coordinates)
  for (;;) {
    const broken = brokenFields(left)
    if (broken.length === 0) return withoutLostSizes(left)
    left = withoutFields(left, broken)
  }
}

function withoutFields(document: DocumentNode, coordinates: readonly string[]): DocumentNode {
  const gone = new Set(coordinates)
  const definitions = document.definitions.map((node) => {
    if (!hasFields(node) || node.fields === undefined) return node
    const isLeft = (field: FieldNode) => !gone.has(`${node.name.value}.${field.name.value}`)
    // Of the two kinds of nodes each has fields of one kind.
    return { ...node, fields: (node.fields as readonly FieldNode[]).filter(isLeft) } as typeof node
  })
  const left: DocumentNode = { ...document, definitions }
  return {
    ...left,
    definitions: definitions.filter((node) => !hasFields(node) || stays(left, node)),
  }
}

/** An extension that says nothing cannot be printed, and a root type without fields is none. */
function stays(document: DocumentNode, node: WithFields): boolean {
  if ((node.fields ?? []).length > 0) return true
  return node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION
    ? (node.directives ?? []).length > 0
    : fieldsIn(document, node.name.value).length > 0
}

/**
 * Composers refuse a `@listSize` that names a field which is not there; without its list, it says
 * nothing of the others.
 */
function withoutLostSizes(document: DocumentNode): DocumentNode {
  return visit(document, {
    FieldDefinition(field) {
      const there = fieldsIn(document, typeNameOf(field.type)).map(({ name }) => name.value)
      const directives = (field.directives ?? []).filter(
        (directive) =>
          directive.name.value !== 'listSize' ||
          textsOf(directive, 'sizedFields').every((name) => there.includes(name)),
      )
      return directives.length === field.directives?.length ? undefined : { ...field, directives }
    },
  })
}

/** Fields that cannot stand: what they require is gone, or nothing requires what is external. */
function brokenFields(document: DocumentNode): string[] {
  const types = new Set(document.definitions.filter(hasFields).map(({ name }) => name.value))
  return [...types].flatMap((type) => {
    const required = fieldSetsOf(document, type, 'requires')
    const used = [...required, ...fieldSetsOf(document, type, 'key')].flatMap(({ names }) => names)
    const withoutUse = fieldsIn(document, type)
      .filter((field) => isExternal(field) && !used.includes(field.name.value))
      .map((field) => field.name.value)
    const withoutBasis = required
      .filter((set) => !isThere(document, type, set))
      .map(({ field }) => field ?? '')
    return [...withoutUse, ...withoutBasis].map((name) => `${type}.${name}`)
  })
}

function isThere(document: DocumentNode, type: string, { names, below }: FieldSet): boolean {
  return names.every((name) => {
    const field = fieldsIn(document, type).find((one) => one.name.value === name)
    const inner = below.get(name)
    if (field === undefined) return false
    return inner === undefined || isThere(document, typeNameOf(field.type), inner)
  })
}

import {
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { limits } from '../../../src/limits.ts'
import { argumentsOf, conditions } from './arguments.ts'
import type { Draft } from './draft.ts'

/** Where in a document something is selected. */
export interface Spot {
  /** How many levels may still follow. */
  readonly depth: number
  /** Whether the person is the one who asks. */
  readonly own: boolean
}

/**
 * Fields of a person that only the person and services may read; for others they are an error each.
 */
const privateFields = new Set([
  'contacts',
  'contactLinks',
  'friends',
  'requests',
  'blocks',
  'privacySettings',
  'quotas',
  'inviteCandidates',
])

/** How often a field is chosen; 1 unless it says so here. */
const weights: Readonly<Record<string, number>> = {
  'Query.viewer': 7,
  'Query._entities': 6,
  'Query.relationships': 2,
  'Query._service': 0.03,
  'Query.usernameAvailability': 0.4,
  'Query.contactLinkPreview': 0.5,
  'Mutation.updateProfile': 3,
  'Mutation.updatePrivacySettings': 2.5,
  'Mutation.blockUser': 0.7,
  'Mutation.removeFriend': 0.5,
  'Mutation.claimUsername': 0.6,
  // What it answers depends on the process and its clock.
  'Mutation.heartbeat': 0,
}
const forServices = new Set([
  'Query.interactions',
  'Query.hiddenFrom',
  'Mutation.registerUsers',
  'Mutation.recordGameFacts',
])
/** What leads on from a list. */
const leading = new Set(['edges', 'node', 'user', 'relationship'])

/** A selection set with its braces. */
export function selectionSet(draft: Draft, type: GraphQLCompositeType, spot: Spot): string {
  const { random } = draft
  const isRoot = type === draft.schema.getQueryType() || type === draft.schema.getMutationType()
  const count = isRoot
    ? random.weighted([
        [6, 1],
        [4, 2],
        [2, 3],
      ])
    : 1 + random.below(4)
  const parts: string[] = []
  for (let place = 0; place < count; place++) parts.push(selection(draft, type, spot))
  // The same again: to be merged.
  if (random.chance(0.12)) parts.push(random.pick(parts))
  return `{ ${parts.join(' ')} }`
}

function selection(draft: Draft, type: GraphQLCompositeType, spot: Spot): string {
  const { random } = draft
  if (draft.fieldsLeft > 0 && spot.depth > 0) {
    const how = random.weighted([
      [isUnionType(type) ? 1 : 14, 'field'],
      [isUnionType(type) ? 8 : 2, 'inline'],
      [isUnionType(type) ? 5 : 2.5, 'spread'],
    ])
    if (how === 'inline') return inlineFragment(draft, type, spot)
    if (how === 'spread') return fragmentSpread(draft, type, spot)
  }
  return isObjectType(type) ? field(draft, type, spot) : `__typename${conditions(draft, 0.1)}`
}

function inlineFragment(draft: Draft, type: GraphQLCompositeType, spot: Spot): string {
  const on = narrowed(draft, type)
  const condition = on === type && draft.random.chance(0.5) ? '' : ` on ${on.name}`
  return `...${condition}${conditions(draft, 0.3)} ${selectionSet(draft, on, spot)}`
}

function fragmentSpread(draft: Draft, type: GraphQLCompositeType, spot: Spot): string {
  const { random } = draft
  const on = narrowed(draft, type)
  const earlier = draft.fragmentsOn(on.name)
  if (earlier.length > 0 && random.chance(0.65))
    return `${draft.spread(random.pick(earlier))}${conditions(draft, 0.25)}`
  const { text, scope } = draft.apart(() => selectionSet(draft, on, spot))
  const name = draft.addFragment(on.name, text, scope)
  return `${draft.spread(name)}${conditions(draft, 0.25)}`
}

/** The type itself, a member of the union, or, rarely, the union that an entity belongs to. */
function narrowed({ random, schema }: Draft, type: GraphQLCompositeType): GraphQLCompositeType {
  if (isUnionType(type)) {
    const members = type.getTypes()
    const user = members.find(({ name }) => name === 'User')
    return user !== undefined && random.chance(0.6) ? user : random.pick(members)
  }
  const entities = schema.getType('_Entity')
  return isUnionType(entities) &&
    isObjectType(type) &&
    entities.getTypes().includes(type) &&
    random.chance(0.06)
    ? entities
    : type
}

function field(draft: Draft, type: GraphQLObjectType, spot: Spot): string {
  const { random } = draft
  draft.fieldsLeft--
  if (random.chance(0.05)) return `__typename${conditions(draft, 0.1)}`
  const chosen = chooseField(draft, type, spot)
  if (chosen === null) return '__typename'
  const { response, text } = asked(draft, type, chosen)
  const called = response === chosen.name ? '' : `${response}: `
  const inner = getNamedType(chosen.type)
  const below = isCompositeType(inner)
    ? ` ${selectionSet(draft, inner, {
        depth: spot.depth - 1,
        own: chosen.name === 'viewer' || (spot.own && !leading.has(chosen.name) && inner === type),
      })}`
    : ''
  return `${called}${chosen.name}${text}${conditions(draft, 0.1)}${below}`
}

function chooseField(
  draft: Draft,
  type: GraphQLObjectType,
  spot: Spot,
): GraphQLField<unknown, unknown> | null {
  const isLast = spot.depth <= 0 || draft.fieldsLeft <= 0
  const choices = Object.values(type.getFields())
    .filter((one) => !(isLast && isCompositeType(getNamedType(one.type))))
    .map((one) => [weightOf(draft, type, one.name, spot), one] as const)
  return choices.length === 0 ? null : draft.random.weighted(choices)
}

function weightOf(
  { forService, compilable }: Draft,
  type: GraphQLObjectType,
  name: string,
  spot: Spot,
) {
  const full = `${type.name}.${name}`
  if (compilable && type.name === 'Query' && name in limits.queries) return 0
  // What is refused is an error, and what has errors is not answered by what was compiled.
  const refused = compilable ? 0.01 : 0.05
  if (forServices.has(full)) return forService ? 4 : refused
  if (type.name === 'User' && privateFields.has(name))
    return spot.own ? 2 : forService ? 1 : refused
  return weights[full] ?? (leading.has(name) ? 4 : 1)
}

/**
 * How the field is asked for here: as before under the same response name, or under another name.
 */
function asked(draft: Draft, type: GraphQLObjectType, chosen: GraphQLField<unknown, unknown>) {
  const { random } = draft
  const alias = random.chance(0.2) ? aliasOf(draft, chosen.name) : null
  const response = alias ?? chosen.name
  const before = draft.askedAs(type.name, response)
  if (before !== undefined && (chosen.args.length === 0 || random.chance(0.6))) {
    for (const variable of before.variables) draft.use(variable)
    return { response, text: before.arguments }
  }
  const { text, scope } = draft.apart(() => argumentsOf(draft, chosen.name, chosen.args))
  for (const variable of scope.variables) draft.use(variable)
  const free = before === undefined ? response : freeName(draft, type, chosen.name)
  draft.remember(type.name, free, {
    field: chosen.name,
    arguments: text,
    variables: [...scope.variables],
  })
  return { response: free, text }
}

/** Now and then one that means something to JavaScript, or is another field's name. */
function aliasOf({ random, compilable }: Draft, name: string): string {
  if (compilable) return `${random.pick(['a', 'then', 'constructor'])}_${name}`
  return random.weighted([
    [20, `${random.pick(['a', 'b', 'c'])}_${name}`],
    [1, `${random.pick(odd)}_${name}`],
    // For one field of a kind only: others could not be merged with it.
    [name in oddNames ? 2 : 0, oddNames[name] ?? name],
  ])
}

const odd = ['__proto__', 'constructor', '_', '__', 'then']

const oddNames: Readonly<Record<string, string>> = {
  username: '__proto__',
  totalCount: 'constructor',
  isContact: 'toString',
  profile: 'hasOwnProperty',
  changed: 'then',
  cursor: 'length',
  code: 'toJSON',
  edges: 'data',
  relationship: 'errors',
}

function freeName(draft: Draft, type: GraphQLObjectType, name: string): string {
  for (let number = 2; ; number++) {
    const free = `${name}${String(number)}`
    if (draft.askedAs(type.name, free) === undefined) return free
  }
}

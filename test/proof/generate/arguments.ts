import {
  type GraphQLArgument,
  GraphQLBoolean,
  type GraphQLInputType,
  GraphQLNonNull,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Draft, Variable } from './draft.ts'
import { lengthOf, literal, personOf, type Place, representationOf, valueOf } from './values.ts'

/** The arguments of a field with their parentheses; nothing when it gets none. */
export function argumentsOf(draft: Draft, field: string, args: readonly GraphQLArgument[]): string {
  const { random } = draft
  const chosen = args.filter(
    ({ name, type }) =>
      isNonNullType(type) || random.chance(name === 'after' ? 0.12 : name === 'first' ? 0.6 : 0.3),
  )
  if (chosen.length === 0) return ''
  const texts = chosen.map(
    ({ name, type }) => `${name}: ${asWritten(draft, type, { field, argument: name })}`,
  )
  return `(${texts.join(', ')})`
}

/**
 * A value at its place in the document: a literal, a variable, or a literal with variables in it.
 * @param inside whether it is a part of another literal
 */
function asWritten(draft: Draft, type: GraphQLInputType, place: Place, inside = false): string {
  const { random } = draft
  const named = isNonNullType(type) ? type.ofType : type
  const isLarge = isListType(named) || isInputObjectType(named)
  // Fast paths like values that come whole, as variables: a plain document is to have them.
  const share = draft.plain ? (inside ? 0 : !isLarge ? 0.35 : draft.compilable ? 1 : 0.9) : 0.35
  if (random.chance(share)) return variableFor(draft, type, place)
  if (!isNonNullType(type) && random.chance(0.04)) return 'null'
  if (isListType(named)) {
    const item = named.ofType
    const items = Array.from({ length: lengthOf(random) }, () =>
      asWritten(draft, item, place, true),
    )
    return `[${items.join(', ')}]`
  }
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields())
      .filter((field) => isNonNullType(field.type) || random.chance(0.4))
      .map((field) => {
        const inner = { field: place.field, argument: field.name }
        return `${field.name}: ${asWritten(draft, field.type, inner, true)}`
      })
    return `{ ${fields.join(', ')} }`
  }
  if (named.toString() === '_Any') return representation(draft)
  return literal(valueOf(draft, named, place), named)
}

/**
 * A representation as a literal, with a variable in it now and then: what some planners of gateways
 * write.
 */
function representation(draft: Draft): string {
  const { random } = draft
  const entries = Object.entries(representationOf(draft)).map(([name, value]) => {
    const id = name === 'id' && !draft.plain && random.chance(0.4)
    return `${name}: ${id ? idVariable(draft) : literal(value, null)}`
  })
  return `{ ${entries.join(', ')} }`
}

/** No type is asked of a variable inside of a scalar. */
function idVariable(draft: Draft): string {
  const { random, known } = draft
  const earlier = draft.variablesFor('ID', 'representation')
  if (earlier.length > 0 && random.chance(0.4)) return draft.use(random.pick(earlier))
  const id = personOf(random, known.people)
  const declared = random.weighted([
    [6, 'ID!'],
    [3, 'ID'],
    [1, 'String'],
    [1, `ID = ${literal(id, null)}`],
    [1, `ID! = ${literal(id, null)}`],
  ])
  const sent = random.chance(declared === 'ID!' ? 0.97 : 0.6) ? { value: id } : null
  return draft.use(draft.addVariable('ID', 'representation', declared, sent))
}

function variableFor(draft: Draft, type: GraphQLInputType, place: Place): string {
  const { random } = draft
  const sort = place.argument === 'after' ? `${place.field}.after` : place.argument
  const earlier = draft.variablesFor(type, sort)
  if (earlier.length > 0 && random.chance(0.4)) return draft.use(random.pick(earlier))
  const base = isNonNullType(type) ? type.ofType : type
  const value = () => valueOf(draft, base, place)
  if (draft.plain) return draft.use(draft.addVariable(type, sort, String(type), { value: value() }))
  const byDefault = `${String(base)} = ${literal(value(), base)}`
  const strictByDefault = `${String(base)}! = ${literal(value(), base)}`
  const declared = random.weighted(
    isNonNullType(type)
      ? [
          [12, `${String(base)}!`],
          [3, strictByDefault],
          [3, byDefault],
        ]
      : [
          [10, String(base)],
          [3, `${String(base)}!`],
          [3, byDefault],
          [2, strictByDefault],
          [1, `${String(base)} = null`],
        ],
  )
  return draft.use(draft.addVariable(type, sort, declared, sentFor(draft, declared, value)))
}

function sentFor(draft: Draft, declared: string, value: () => unknown): Variable['sent'] {
  const { random } = draft
  const needed = declared.endsWith('!')
  const strict = needed || declared.includes('! = ')
  const how = random.weighted([
    [needed ? 60 : 6, 'value'],
    [needed ? 1 : 3, 'left out'],
    [strict ? 0.5 : 1.5, 'null'],
  ])
  if (how === 'left out') return null
  return { value: how === 'null' ? null : value() }
}

/** A condition now and then, or two, with variables that are shared through the document. */
export function conditions(draft: Draft, share: number): string {
  const { random } = draft
  if (draft.plain || !random.chance(share)) return ''
  const one = () => {
    const boolean = new GraphQLNonNull(GraphQLBoolean)
    const place = { field: '', argument: 'if' }
    const earlier = draft.variablesFor(boolean, 'if')
    const value = random.chance(0.3)
      ? String(random.chance(0.5))
      : earlier.length > 1 || (earlier.length > 0 && random.chance(0.6))
        ? draft.use(random.pick(earlier))
        : variableFor(draft, boolean, place)
    return { skip: `@skip(if: ${value})`, include: `@include(if: ${value})` }
  }
  if (random.chance(0.15)) return ` ${one().skip} ${one().include}`
  return ` ${random.chance(0.45) ? one().skip : one().include}`
}

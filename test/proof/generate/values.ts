import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Random } from '../random.ts'
import type { Draft } from './draft.ts'

/**
 * Where a value goes: the field that takes it and the argument, or the field of an input object.
 */
export interface Place {
  readonly field: string
  readonly argument: string
}

/** A value of the type as JSON has it: mostly one that makes sense at its place. */
export function valueOf(draft: Draft, type: GraphQLInputType, place: Place): unknown {
  const { random } = draft
  if (draft.careless && random.chance(0.06)) return random.pick<unknown>(wrong)
  if (isNonNullType(type)) return valueOf(draft, type.ofType, place)
  if (isListType(type)) {
    if (random.chance(0.04)) return valueOf(draft, type.ofType, place)
    return Array.from({ length: lengthOf(random) }, () => valueOf(draft, type.ofType, place))
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name
  if (isInputObjectType(type)) {
    const chosen = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || random.chance(0.4),
    )
    return Object.fromEntries(
      chosen.map((field) => [
        field.name,
        !isNonNullType(field.type) && random.chance(0.08)
          ? null
          : valueOf(draft, field.type, { field: place.field, argument: field.name }),
      ]),
    )
  }
  return scalarOf(draft, type.name, place)
}

export function lengthOf(random: Random): number {
  return random.weighted([
    [1, 0],
    [6, 1],
    [6, 2],
    [4, 3],
    [1, 6],
  ])
}

const wrong = [7, 1.5, 'x', '', true, null, [], {}, ['x'], { id: 1 }]

function scalarOf(draft: Draft, type: string, place: Place): unknown {
  const { random } = draft
  switch (type) {
    case 'Boolean':
      return random.chance(0.5)
    case 'Int':
      return random.weighted<number>([
        [draft.compilable ? 200 : 20, 1 + random.below(4)],
        [3, 20],
        [1, 100],
        [1, 0],
        [1, -1],
        [1, 101],
      ])
    case 'ID':
      return idOf(draft, place)
    case 'DateTime':
      return random.pick(moments)
    case '_Any':
      return representationOf(draft)
    default:
      return textOf(draft, place)
  }
}

const moments = [
  '2026-12-24T18:00:00.000Z',
  '2027-01-01T00:00:00Z',
  '2026-12-31T23:59:59+02:00',
  '2031-05-05T05:05:05.555Z',
  '2026-10-31T00:00:00.000Z',
  '2026-11-01T12:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  'tomorrow',
]

function idOf({ random, known }: Draft, { field, argument }: Place): string | number {
  if (argument === 'requestId') return random.pick([...known.requests, 'x'])
  if (argument === 'id' && field === 'revokeContactLink')
    return random.pick([...known.links, ...known.requests.slice(0, 2)])
  return personOf(random, known.people)
}

export function personOf(random: Random, people: readonly string[]): string | number {
  return random.weighted<string | number>([
    [30, random.pick(people)],
    [1, random.pick(people).toUpperCase()],
    [1, ` ${random.pick(people)} `],
    [1, '00000000-0000-4000-8000-000000000098'],
    [1, 'x'],
    [0.5, 7],
  ])
}

const words: Readonly<Record<string, readonly string[]>> = {
  query: ['al', 'alice', 'example', 'e', '', '@bob', 'CAR', 'z\u00fc', '%'],
  message: [
    'Hello',
    '',
    '  Hi  there ',
    'x'.repeat(121),
    'Gr\u00fc\u00dfe\n\ud83e\uddd7',
    '"quoted" \\ and more',
  ],
  label: ['Card', '', 'At the "hall"', 'y'.repeat(61)],
  displayName: ['Alice', '', '\u00c5sa \u2603', 'x'.repeat(65), ' Tab\there '],
  bio: ['I climb.', 'Two\nlines', '', '\ud83e\uddd7 "quotes" \\'],
  avatarUrl: ['https://pictures.example/a.jpg', 'http://pictures.example/a.jpg', 'a.jpg', ''],
  city: ['Graz', 'Z\u00fcrich', ''],
  region: ['Styria', '', 'Z'.repeat(81)],
  sportPreferences: ['Climbing', 'running', 'RUNNING', 'chess', ''],
}

function textOf({ random, known }: Draft, { field, argument }: Place): string {
  if (argument === 'after') {
    const own = known.cursors.get(field) ?? []
    const others = [...known.cursors.values()].flat()
    return random.weighted([
      [own.length === 0 ? 0 : 12, random.pick([...own, ''])],
      [1, random.pick([...others, ''])],
      [1, 'no cursor'],
    ])
  }
  if (argument === 'username')
    return random.pick([
      ...known.usernames,
      'nobody.here',
      'Alice',
      '@bob',
      'admin',
      'no',
      'new.name',
    ])
  if (argument === 'token') return random.pick([...known.tokens, 'x', 'A'.repeat(43)])
  return random.pick(words[argument] ?? ['text', '', 'more text'])
}

/** What a gateway sends of an entity: mostly a person. */
export function representationOf(draft: Draft): Record<string, unknown> {
  const { random, known } = draft
  const person = () => personOf(random, known.people)
  return random.weighted<() => Record<string, unknown>>([
    [20, () => ({ __typename: 'User', id: person() })],
    [6, () => ({ __typename: 'FriendRequest', id: random.pick([...known.requests, 'x']) })],
    [
      5,
      () => ({
        __typename: 'Game',
        id: `game-${String(random.below(5))}`,
        creator: { __typename: 'User', id: person() },
        visibility: random.pick(['PUBLIC', 'FRIENDS', 'CLOSE', 'SECRET']),
      }),
    ],
    [1, () => ({ __typename: 'Game', id: 'game-without-more' })],
    [0.6, () => ({ __typename: 'Nothing', id: person() })],
    [0.4, () => ({ __typename: 'User' })],
    [0.3, () => ({ id: person() })],
    [0.3, () => ({ __typename: 'Relationship', isContact: true })],
  ])()
}

/** A value as it stands in a document. */
export function literal(value: unknown, type: GraphQLInputType | null): string {
  if (isNonNullType(type)) return literal(value, type.ofType)
  if (Array.isArray(value)) {
    const of = isListType(type) ? (type.ofType as GraphQLInputType) : type
    return `[${value.map((item) => literal(item, of)).join(', ')}]`
  }
  if (isListType(type)) return literal(value, type.ofType as GraphQLInputType)
  if (isEnumType(type) && typeof value === 'string' && /^\w+$/.test(value)) return value
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {}
    const entries = Object.entries(value).map(
      ([name, inner]) => `${name}: ${literal(inner, fields[name]?.type ?? null)}`,
    )
    return `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

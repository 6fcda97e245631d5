import type { Question } from '../question.ts'
import type { Random } from '../random.ts'

type Spoil = (question: Question, random: Random) => Partial<Question>

/**
 * Makes a question one that is refused: by the parser, by validation, for what it costs, or for its
 * operation's name.
 */
export function spoil(random: Random, question: Question): Question {
  return { ...question, ...random.pick(spoils)(question, random) }
}

/** More fields than are allowed, with every fragment spread out. */
const multiplied = `{ viewer { ${'...A '.repeat(40)} } } fragment A on User { ${'...B '.repeat(40)} } fragment B on User { id }`

const spoils: readonly Spoil[] = [
  ({ text }) => ({ text: text.replace('}', '') }),
  ({ text }) => ({ text: text.slice(0, Math.floor(text.length / 2)) }),
  ({ text }) => ({ text: text.replace(/\b(id|username|edges|viewer)\b/, '$1s') }),
  ({ text }) => ({ text: text.replace(/\(\$[^)]*\)/, '') }),
  ({ text }) => ({ text: text.replace(/^(query|mutation) (\w+) \{/, '$1 $2($unused: Int) {') }),
  ({ text }) => ({ text: `${text} fragment Unused on User { id }` }),
  ({ text }) => ({ text: `${text} fragment Again on User { id } fragment Again on User { id }` }),
  ({ text }) => ({ text: `${text} ${text}` }),
  ({ text }) => ({ text: `${text} ${text} ${text} ${text}` }),
  ({ text }) => ({ text: `${text} { viewer { id } }` }),
  ({ text }) => ({ text: text.replace('{', '{ x: __typename x: viewer { id } ') }),
  ({ text }) => ({ text: text.replace('{', '{ viewer { x: id x: username } ') }),
  ({ text }) => ({ text: text.replace('{', '{ viewer ') }),
  ({ text }) => ({ text: text.replace('{', '{ __typename { id } ') }),
  ({ text }) => ({ text: text.replace('{', '{ __typename @skip ') }),
  ({ text }) => ({ text: text.replace('{', '{ __typename @nothing(if: true) ') }),
  ({ text }) => ({ text: text.replace('{', '{ __typename @skip(if: true) @skip(if: false) ') }),
  ({ text }) => ({ text: text.replace('{', '{ viewer(x: 1) { id } ') }),
  ({ text }) => ({ text: text.replace('{', '{ ... on Nothing { id } ') }),
  ({ text }) => ({ text: text.replace('{', '{ ... on UserProfile { bio } ') }),
  ({ text }) => ({ text: text.replace('{', '{ ...Nowhere ') }),
  () => ({ text: '{ __schema { types { name } } }' }),
  () => ({ text: 'query Type { __type(name: "User") { name } }' }),
  () => ({ text: 'subscription { __typename }' }),
  () => ({ text: '# nothing but this' }),
  () => ({ text: 'fragment Only on User { id }' }),
  () => ({ text: 'type User { id: ID }' }),
  () => ({ text: 'query Self { viewer { ...Self } } fragment Self on User { id ...Self }' }),
  () => ({ text: `{ viewer ${'{ relationship { user '.repeat(8)}{ id }${' } }'.repeat(8)} }` }),
  () => ({
    text: `query ($first: Int) { viewer { following(first: $first) { edges { node { following(first: $first) {
      edges { node { followers(first: $first) { edges { cursor } } } } } } } } } }`,
    variables: { first: 100 },
  }),
  () => ({ text: `{ ${'viewer { id @skip(if: false) } '.repeat(60)} }` }),
  () => ({ text: `{ ${'viewer { id } '.repeat(700)} }` }),
  () => ({ text: multiplied }),
  () => ({ text: `${multiplied} fragment A on User { id }` }),
  () => ({ text: multiplied.replace('id', 'ids ids @skip @skip(if: true)') }),
  ({ text }) => ({ text: `${text} { ${'x: __typename @skip(if: false) '.repeat(60)} }` }),
  ({ operationName }, random) => ({
    operationName: random.pick(['', 'nothing', `${operationName ?? 'Show'} `, '__proto__']),
  }),
  ({ variables }) => ({ variables: { ...variables, more: { than: ['was', 'asked'] } } }),
  ({ variables }) => ({
    variables: Object.fromEntries(Object.keys(variables ?? { v1: 1 }).map((name) => [name, null])),
  }),
  ({ variables }) => ({
    variables: Object.fromEntries(Object.keys(variables ?? {}).map((name) => [name, [{ x: [1] }]])),
  }),
  () => ({ variables: {} }),
]

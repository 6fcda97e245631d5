import { getOperationAST, type GraphQLSchema, parse, print } from 'graphql'
import { arePlain, isProvable } from '../../../src/server/compiled/provable.ts'
import { names } from '../cast.ts'
import type { AskerName, Question } from '../question.ts'
import { Random } from '../random.ts'
import { Draft, type Known, type Scope } from './draft.ts'
import { selectionSet } from './selections.ts'
import { sizeOf } from './size.ts'
import { spoil } from './spoil.ts'

/**
 * Fields of a document with all fragments spread out, above which it costs more time than it tells.
 */
const mostFields = 250

/**
 * How many documents are of the shape that is compiled. All others must go to graphql-js, and some
 * do not even execute.
 */
const shareCompilable = 0.6

/**
 * A document with all that is sent beside it, always the same for the same seed and the same
 * knowledge.
 */
export function generateQuestion(schema: GraphQLSchema, known: Known, seed: string): Question {
  const compilable = new Random(`${seed} shape`).chance(shareCompilable)
  for (let attempt = 0; ; attempt++) {
    const random = new Random(`${seed}.${String(attempt)}`)
    const { question, name, count } = writeQuestion(schema, known, random, compilable)
    if (sizeOf(question.text) > mostFields) continue
    if (compilable && !isCompilable(schema, question)) continue
    if (random.chance(0.07)) return spoil(random, question)
    return random.chance(0.02) ? mistakable(question, name, count) : question
  }
}

/** Whether the service may compile it, by its own word: the comparison does not rest on it. */
function isCompilable(schema: GraphQLSchema, { text, variables }: Question): boolean {
  const document = parse(text)
  const operation = getOperationAST(document)
  return (
    operation != null &&
    isProvable(schema, document) &&
    arePlain(schema, operation, variables ?? {})
  )
}

function writeQuestion(schema: GraphQLSchema, known: Known, random: Random, compilable: boolean) {
  const askers = askersOf(random)
  const forService = askers.includes('service')
  const draft = new Draft(schema, known, random, { forService, compilable })
  const count = random.weighted([
    [88, 1],
    [compilable ? 0 : 12, 2],
    [compilable ? 0 : 4, 3],
  ])
  const operations = Array.from({ length: count }, (_, place) => operation(draft, place, count))
  const [chosen] = operations
  const fragments = [...draft.fragments.values()].map(
    ({ name, type, text }) => `fragment ${name} on ${type} ${text}`,
  )
  const definitions = [...operations.map(({ text }) => text), ...fragments]
  if (random.chance(0.1)) definitions.reverse()
  const text = random.chance(0.3) ? print(parse(definitions.join(' '))) : definitions.join(' ')
  const question: Question = {
    text: commented(random, text),
    variables: variablesOf(draft),
    operationName: nameToSend(random, chosen?.name ?? null, count),
    askers,
  }
  return { question, name: chosen?.name ?? null, count }
}

function askersOf(random: Random): [AskerName, AskerName] {
  const known = names.slice(0, 5)
  const person = () => (random.chance(0.75) ? random.pick(known) : random.pick(names))
  return random.weighted<() => [AskerName, AskerName]>([
    [80, () => [person(), person()]],
    [8, () => [person(), 'nobody']],
    [4, () => ['nobody', person()]],
    [5, () => ['service', person()]],
    [4, () => ['service', 'service']],
  ])()
}

function operation(draft: Draft, place: number, count: number) {
  const { random, schema } = draft
  const isMutation = !draft.compilable && random.chance(0.36)
  const root = isMutation ? schema.getMutationType() : schema.getQueryType()
  if (root == null) throw new Error('There is nothing to ask.')
  // Two documents of three ask more than one field; each operation of a document has its share.
  draft.fieldsLeft = Math.max(draft.fieldsLeft, 6)
  const { text, scope } = draft.apart(() =>
    selectionSet(draft, root, { depth: 2 + random.below(7), own: false }),
  )
  const name =
    count > 1 || random.chance(0.6)
      ? `${random.pick(['Show', 'List', 'Do', 'Home'])}${place === 0 ? '' : String(place)}`
      : null
  const definitions = definitionsOf(draft, scope)
  const kind = isMutation ? 'mutation' : 'query'
  const short = !isMutation && name === null && definitions === '' && random.chance(0.8)
  return { name, text: short ? text : `${kind} ${name ?? ''}${definitions} ${text}` }
}

function definitionsOf(draft: Draft, scope: Scope): string {
  const used = [...draft.variablesWithin(scope)].flatMap((name) => draft.variables.get(name) ?? [])
  if (used.length === 0) return ''
  return `(${used.map(({ name, declared }) => `$${name}: ${declared}`).join(', ')})`
}

function variablesOf(draft: Draft): Question['variables'] {
  const sent = [...draft.variables.values()].flatMap(({ name, sent: given }) =>
    given === null ? [] : [[name, given.value] as const],
  )
  if (sent.length === 0) return draft.random.pick([undefined, null, {}])
  return Object.fromEntries(sent)
}

function nameToSend(random: Random, name: string | null, count: number): Question['operationName'] {
  if (count > 1) {
    return random.weighted<string | null | undefined>([
      [20, name],
      [1, undefined],
      [1, 'Nothing'],
    ])
  }
  return random.weighted<string | null | undefined>([
    [20, undefined],
    [3, null],
    [name === null ? 0 : 20, name],
    [0.7, 'Nothing'],
  ])
}

function commented(random: Random, text: string): string {
  return random.weighted([
    [30, text],
    [1, `# a comment {\n${text}`],
    [1, `${text}\n# the end`],
    [1, `${text}#${random.pick(['Show', 'Zed', '{', ''])}`],
    [1, `\uFEFF${text.replaceAll(' ', ' ,\t')}`],
  ])
}

/**
 * Asks without the comment for the operation that the comment names: a memory must not take one for
 * the other.
 */
function mistakable(question: Question, name: string | null, count: number): Question {
  if (count > 1 || name === null || question.text.includes('#')) return question
  const prelude = { ...question, text: `${question.text}#Zed`, operationName: undefined }
  return { ...question, operationName: 'Zed', prelude }
}

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildSchema } from '../src/server/schema.ts'
import { Comparison } from './proof/compare.ts'
import { describe as describeFailure, proveDocuments } from './proof/prove.ts'
import { shrink } from './proof/shrink.ts'
import { tryQuestion } from './proof/trial.ts'
import { liftRateLimits } from './proof/unlimited.ts'
import { openTestServices, type Pair, type Worlds } from './proof/worlds.ts'
import { withGames } from './support/content.ts'

// The short form of `npm run proof -- documents`: the same documents each time.
const seed = 'npm test'
const count = 200

/** Errors of resolvers that nobody meant: alike on both sides, and wrong on both. */
const unexpected: string[] = []
let worlds: Worlds
beforeAll(async () => {
  liftRateLimits()
  const { superuserUrl, template } = inject('postgres')
  worlds = await openTestServices(superuserUrl, template, ({ message }) => unexpected.push(message))
})
afterAll(() => worlds.close())

describe('generated documents, put four times in production mode', () => {
  it('are answered as graphql-js answers them, byte for byte', { timeout: 240_000 }, async () => {
    const found = await proveDocuments(worlds, { count, seed, shown: 0, say: () => undefined })
    expect(found.failures.map(describeFailure)).toEqual([])
    expect(unexpected).toEqual([])
    // A generator whose documents come to nothing proves nothing.
    expect(found.outcomes.data).toBeGreaterThan(count / 2)
    expect(found.mutations).toBeGreaterThan(count / 20)
    const { accepted, compiled } = found.queries
    expect(accepted).toBeGreaterThan(count / 2)
    expect(compiled / accepted).toBeGreaterThan(0.5)
  })
})

describe('a document that validation refuses', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await worlds.openPair()
  })
  afterAll(() => pair.close())

  const six = `{ viewer { ...B ...C ${'...A '.repeat(16)} } } fragment A on User { ${'id '.repeat(16)} }
    fragment B on User { id } fragment C on User { id } `
  // What only a limit refuses is a good document: `application/json` has it with 200.
  it.each([
    [
      'for too many fields',
      `{ viewer { ${'...A '.repeat(32)} } } fragment A on User { ${'id '.repeat(32)} }`,
      200,
    ],
    // Two operations without a name, three fragments twice, and with them too many fields: one more
    // than are told.
    ['for five mistakes and too many fields', six.repeat(2), 400],
    ['for too many directives', `{ ${'x: __typename @skip(if: false) '.repeat(60)} }`, 200],
    [
      'for a mistake, with too many directives',
      `{ y ${'x: __typename @skip(if: false) '.repeat(60)} }`,
      400,
    ],
    ['for asking what the schema is', '{ y __schema { types { name } } }', 400],
  ])('is refused %s in the words of graphql-js', async (_why, text, status) => {
    const question = { text, askers: ['alice', 'nobody'] as const }
    const { failure, answers } = await tryQuestion(pair, new Comparison(), question, false)
    expect(failure && describeFailure(failure)).toBeNull()
    expect(answers.map((answer) => answer.status)).toEqual(Array(4).fill(status))
  })
})

describe('the comparison', () => {
  const answer = (body: string, status = 200) => ({ status, body })

  it('tells what differs', () => {
    const comparison = new Comparison()
    const right = answer('{"data":{"a":1}}')
    expect(comparison.difference(answer('{"data":{"a":1}}'), right)).toBeNull()
    expect(comparison.difference(answer('{"data":{"a":1}}', 400), right)).toBe('status')
    expect(comparison.difference(answer('{"data":{"a":2}}'), right)).toBe('data')
    expect(comparison.difference(answer('{"data":{ "a":1}}'), right)).toBe('bytes')
    expect(comparison.difference(answer('{"errors":[{}],"data":{"a":1}}'), right)).toBe('errors')
  })

  it('takes fields in another order for a difference', () => {
    const [one, other] = [answer('{"data":{"a":1,"b":2}}'), answer('{"data":{"b":2,"a":1}}')]
    expect(new Comparison().difference(one, other)).toBe('data')
  })

  it('lets each token of one side stand for one of the other, for good', () => {
    const comparison = new Comparison()
    const [one, two, three] = ['a', 'b', 'c'].map((letter) => letter.repeat(43)) as [
      string,
      string,
      string,
    ]
    const made = (token: string) => answer(JSON.stringify({ data: { token } }))
    expect(comparison.difference(made(one), made(two))).toBeNull()
    expect(comparison.difference(made(one), made(two))).toBeNull()
    expect(comparison.difference(made(one), made(three))).toBe('data')
    expect(comparison.difference(made(three), made(two))).toBe('data')
    const asked = (token: string) =>
      JSON.stringify({ text: `{ contactLinkPreview(token: "${token}") { label } }` })
    expect(comparison.translated(asked(one))).toBe(asked(two))
  })
})

describe('a question that fails', () => {
  it('is made as small as it can be while it fails', async () => {
    const question = {
      text: `query Show($on: Boolean! = true, $first: Int) { me: viewer { ...F friends(first: $first) { totalCount } } }
        fragment F on User { id ... on User { username @include(if: $on) profile { bio } } }`,
      variables: { on: false, first: 3 },
      operationName: 'Show',
      askers: ['alice', 'bob'] as const,
    }
    const fails = ({ text }: { text: string }) =>
      Promise.resolve(text.includes('username @include'))
    expect(await shrink(buildSchema(withGames), question, fails)).toEqual({
      text: 'query Show($on: Boolean!) { viewer { username @include(if: $on) } }',
      askers: ['alice', 'alice'],
    })
  })
})

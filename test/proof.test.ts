import { describe, expect, inject, it } from 'vitest'
import { Comparison } from './proof/compare.ts'
import { describe as describeFailure, proveDocuments } from './proof/prove.ts'
import { shrink } from './proof/shrink.ts'
import { liftRateLimits } from './proof/unlimited.ts'
import { openWorlds } from './proof/worlds.ts'
import { buildSchema } from '../src/schema.ts'

// The short form of `npm run proof -- documents`: the same documents each time.
const seed = 'npm test'
const count = 200

describe('generated documents, put four times in production mode', () => {
  it('are answered as graphql-js answers them, byte for byte', { timeout: 240_000 }, async () => {
    liftRateLimits()
    const { superuserUrl, template } = inject('postgres')
    const unexpected: string[] = []
    const worlds = await openWorlds(superuserUrl, template, ({ message }) =>
      unexpected.push(message),
    )
    const found = await proveDocuments(worlds, { count, seed, shown: 0, say: () => undefined })
    await worlds.close()
    expect(found.failures.map(describeFailure)).toEqual([])
    expect(unexpected).toEqual([])
    // A generator whose documents come to nothing proves nothing.
    expect(found.outcomes.data).toBeGreaterThan(count / 2)
    expect(found.mutations).toBeGreaterThan(count / 20)
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
    expect(await shrink(buildSchema({ games: true }), question, fails)).toEqual({
      text: 'query Show($on: Boolean!) { viewer { username @include(if: $on) } }',
      askers: ['alice', 'alice'],
    })
  })
})

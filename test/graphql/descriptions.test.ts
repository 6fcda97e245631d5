import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kind, parse, visit } from 'graphql'
import { describe, expect, it } from 'vitest'

// What the files of schema/ say of the graph, and how. That everything has a description is held in
// schema.test.ts.

const folder = join(import.meta.dirname, '..', '..', 'schema')
const files = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}))

/** Words that readers stumble over, most of all those for whom English is a second language. */
const riddles =
  /\b(who(m)?ever|unless told|the one who asks|of whom|whom to|need not|takes? back|taken back|closed the door)\b/i

/** What a deprecation has to say: since which version, and what to use. */
const helpful = /^Since \d+\.\d+\. Use .+\.$/

/** Every description, in one line each. */
function descriptions(text: string): string[] {
  const found: string[] = []
  visit(parse(text), {
    StringValue: (node, key) => {
      if (key === 'description') found.push(node.value.replaceAll(/\s+/g, ' '))
    },
  })
  return found
}

/** The reasons of all deprecations; null for one that gives none. */
function reasonsOfDeprecations(text: string): (string | null)[] {
  const found: (string | null)[] = []
  visit(parse(text), {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'deprecated') return
      const reason = given[0]?.value
      found.push(reason?.kind === Kind.STRING ? reason.value : null)
    },
  })
  return found
}

const unhelpful = (text: string) =>
  reasonsOfDeprecations(text).filter((reason) => reason === null || !helpful.test(reason))

describe('the files of schema/', () => {
  it('have at most 250 lines each, of at most 100 columns', () => {
    const long = files.filter(({ text }) => text.trimEnd().split('\n').length > 250)
    expect(long.map(({ name }) => name)).toEqual([])
    const wide = files.flatMap(({ name, text }) =>
      text.split('\n').flatMap((line, at) => (line.length > 100 ? [`${name}:${at + 1}`] : [])),
    )
    expect(wide).toEqual([])
  })

  it('describe the graph in plain words', () => {
    const stumbling = files.flatMap(({ text }) =>
      descriptions(text).filter((said) => riddles.test(said)),
    )
    expect(stumbling).toEqual([])
  })

  it('say of what is deprecated since when it is, and what to use', () => {
    expect(files.flatMap(({ text }) => unhelpful(text))).toEqual([])
    const careless = `type A {
      a: Int @deprecated
      b: Int @deprecated(reason: "Old.")
      c: Int @deprecated(reason: "Since 1.4. Use friendsSince.")
    }`
    expect(unhelpful(careless)).toEqual([null, 'Old.'])
  })
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inOneLine, readRepositoryTexts } from './support/repository-texts.ts'

const root = join(import.meta.dirname, '..')
const texts = readRepositoryTexts().filter(({ path }) => path !== 'test/citations.test.ts')

/** The numbers of docs/rules.md: `6` for a section, `6.4` for an item in it. */
function numbersOfRules(page: string): Set<string> {
  const numbers = new Set<string>()
  let section: string | undefined
  for (const line of page.split('\n')) {
    section = /^## (\d+)\. /.exec(line)?.[1] ?? section
    const item = /^(\d+)\. /.exec(line)?.[1]
    if (section !== undefined) numbers.add(item === undefined ? section : `${section}.${item}`)
  }
  return numbers
}

/** The rules that a text cites: `rule 6.4`, `rules 6.4, 7.2 and 9`. */
function citedRules(text: string): string[] {
  const number = String.raw`\[?\d+(?:\.\d+)?`
  const citation = new RegExp(
    String.raw`\brules? (${number}(?:(?:,| and|, and| or) ${number})*)`,
    'gi',
  )
  return [...inOneLine(text).matchAll(citation)].flatMap(
    ([, list]) => list?.match(/\d+(\.\d+)?/g) ?? [],
  )
}

/** The decisions that a text cites by number: `decision 14`. */
function citedDecisions(text: string): string[] {
  const citation = /\bdecisions? (\d+(?:(?:,| and|, and) \d+)*)/gi
  return [...inOneLine(text).matchAll(citation)].flatMap(([, list]) => list?.match(/\d+/g) ?? [])
}

/** The Markdown files that a text names, addresses on the web left out. */
function namedDocuments(text: string): string[] {
  const withoutAddresses = text.replace(/\bhttps?:\/\/[^\s)>'"`]+/g, '')
  return withoutAddresses.match(/(?<![\w*}.-])[\w@.-][\w@./-]*\.md\b/g) ?? []
}

/** Whether a text at `path` can mean a file by `name`: from its own folder, or from the root. */
function isHeld(path: string, name: string): boolean {
  return existsSync(join(root, dirname(path), name)) || existsSync(join(root, name))
}

/** What in the repository a finder objects to, each as `path: what`. */
function objections(find: (text: string, path: string) => string[]): string[] {
  return texts.flatMap(({ path, text }) => find(text, path).map((what) => `${path}: ${what}`))
}

describe('what the repository cites', () => {
  it('is a rule of docs/rules.md, wherever a rule is cited', () => {
    const rules = numbersOfRules(readFileSync(join(root, 'docs/rules.md'), 'utf8'))
    expect(rules.size).toBeGreaterThan(80)
    expect(texts.flatMap(({ text }) => citedRules(text)).length).toBeGreaterThan(150)
    expect(objections((text) => citedRules(text).filter((cited) => !rules.has(cited)))).toEqual([])
  })

  it('is a decision of docs/decisions, wherever one is cited by its number', () => {
    const decisions = new Set(
      readdirSync(join(root, 'docs/decisions')).map((name) => String(Number(name.slice(0, 4)))),
    )
    const unknown = (text: string) =>
      citedDecisions(text).filter((cited) => !decisions.has(String(Number(cited))))
    expect(objections(unknown)).toEqual([])
  })

  it('is a document that the repository holds', () => {
    expect(
      objections((text, path) => namedDocuments(text).filter((name) => !isHeld(path, name))),
    ).toEqual([])
  })

  it('is never a chapter of a document that is known by a word in capitals', () => {
    const chapters = /\(API, [a-z*]+|\b[A-Z]{5,}(?:-\d)?(?:\.md)? [A-Z]?\d+(?:\.\d+)*\b/g
    const known = /^(EXPOSE|LIMIT|OFFSET) /
    const found = (text: string) =>
      (inOneLine(text).match(chapters) ?? []).filter((cited) => !known.test(cited))
    expect(objections(found)).toEqual([])
  })

  it('is found when it is broken over two lines of a comment, or stands in a list', () => {
    expect(citedRules('/**\n * as they must (rule\n * 6.4).\n */')).toEqual(['6.4'])
    expect(citedRules('-- concerned (rules 6.8, 7.2 and 9): the same')).toEqual(['6.8', '7.2', '9'])
    expect(citedRules('see rule [0.4](rules.md#0-everywhere)')).toEqual(['0.4'])
    expect(
      namedDocuments('[a](../b/c.md#d), `E.md`, https://example.com/f.md, docs/**/*.md'),
    ).toEqual(['../b/c.md', 'E.md'])
  })
})

describe('the words of the repository', () => {
  it('spell "canceled" with one l, as the status does', () => {
    expect(objections((text) => text.match(/cancell(?:ed|ing)/gi) ?? [])).toEqual([])
  })
})

import { dirname, join, matchesGlob, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import config from '../vitest.config.ts'
import { readRepositoryTexts } from './support/repository-texts.ts'

/** What outlives a file in its process, so that the next file of the process would find it. */
const lasting = new RegExp(
  [
    String.raw`\bvi\.(?:mock|doMock|stubGlobal|stubEnv)\(`,
    String.raw`\bsetGlobal\w+\(`,
    String.raw`\blift(?:RateLimits|Deadlines)\(\)(?!: void)`,
    // Not in a template: that is the script of a page.
    '(?<!`)' + String.raw`\bObject\.assign\((?:process\.)?(?:env|globalThis),`,
  ].join('|'),
)

/** A hook outside of any function. In a file that is no test it counts for the first test alone. */
const hook = /^(?:before|after)(?:All|Each)\(/m

const projects = (config.test?.projects ?? []) as { test: { name: string; include: string[] } }[]
const globs = projects.find(({ test }) => test.name === 'alone')?.test.include ?? []
const texts = new Map(readRepositoryTexts().map(({ path, text }) => [path, text]))
const files = [...texts.keys()].filter(
  (path) => /^test\/.*\.test\.tsx?$/.test(path) && path !== 'test/alone.test.ts',
)

/** Whether a file, or one that it imports from here, does what lasts. */
function lasts(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path) || !path.startsWith('test/')) return false
  seen.add(path)
  const text = texts.get(path)
  if (text === undefined) return false
  const imports = text.matchAll(/from '(\.[^']+\.tsx?)'/g)
  return (
    lasting.test(text) ||
    (!path.endsWith('.test.ts') && hook.test(text)) ||
    [...imports].some(([, to = '']) => lasts(normalize(join(dirname(path), to)), seen))
  )
}

describe('the tests that run many files in one process', () => {
  it('are none that change what the process shares', () => {
    const together = files.filter((file) => !globs.some((glob) => matchesGlob(file, glob)))
    expect(together.length).toBeGreaterThan(100)
    expect(together.filter((file) => lasts(file))).toEqual([])
  })

  it('are all but those that are named', () => {
    const empty = globs.filter((glob) => !files.some((file) => matchesGlob(file, glob)))
    expect(empty).toEqual([])
  })
})

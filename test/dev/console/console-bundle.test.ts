import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { consoleBundle } from '../../../src/dev/console/bundle.ts'

describe('the built console', () => {
  it('loads at most 250 KB at first, packed, and nothing from another origin', async () => {
    const bundle = consoleBundle()
    await bundle.ready()
    const names = (await readdir(bundle.directory, { recursive: true })).filter((name) =>
      /\.(js|css)$/.test(name),
    )
    const texts = new Map<string, string>()
    for (const name of names) texts.set(name, await readFile(join(bundle.directory, name), 'utf8'))
    const first = [...reachedFrom('start.js', texts)]
    const packed = first.reduce((sum, name) => sum + gzipSync(texts.get(name) ?? '').length, 0)
    expect(first.length).toBeGreaterThan(2)
    expect(packed).toBeGreaterThan(60_000)
    expect(packed).toBeLessThan(250_000)
    for (const [name, text] of texts)
      if (name.endsWith('.css')) expect(text).not.toMatch(/url\(['"]?https?:|@import/)
  }, 120_000)
})

/**
 * The files that the first page can load: what is named in `start.js`, and in what it imports.
 * Pages that are loaded when they are opened count as well, so the figure is on the safe side.
 */
function reachedFrom(name: string, texts: ReadonlyMap<string, string>, seen = new Set<string>()) {
  if (seen.has(name)) return seen
  seen.add(name)
  const text = texts.get(name) ?? ''
  for (const other of texts.keys()) {
    const file = other.split('/').at(-1) ?? other
    if (text.includes(file)) reachedFrom(other, texts, seen)
  }
  return seen
}

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { eventCatalogue, eventKinds } from '../../src/events/catalogue.ts'
import { eventReference } from '../../src/events/catalogue-text.ts'
import { problemsOfData } from '../support/event-schemas.ts'

const entries = Object.values(eventCatalogue)

describe('the catalogue of events', () => {
  it('has one file for each kind, and no other', () => {
    const files = readdirSync(new URL('../../src/events/catalogue', import.meta.url))
    expect(files.sort()).toEqual(eventKinds.map((kind) => `${kind}.json`).sort())
    expect(entries.map(({ kind }) => kind)).toEqual(eventKinds)
  })

  it('says of every kind and every field of its data what it means', () => {
    const silent = entries.flatMap(({ kind, description, schema }) => [
      ...(description === '' ? [kind] : []),
      ...Object.entries(schema.properties)
        .filter(([, field]) => !field.description)
        .map(([name]) => `${kind}.${name}`),
    ])
    expect(silent).toEqual([])
  })

  it('tells people nothing of what is for services', () => {
    const services = entries.filter(({ audience }) => audience === 'services')
    expect(services.map(({ kind }) => kind)).toEqual(['block.changed'])
    expect(services.flatMap(({ recipients, live }) => [...recipients, ...live])).toEqual([])
  })

  it('lets nobody hear of their own request, so that a quiet one is not told from others', () => {
    expect(eventCatalogue['friend_request.created'].live).toEqual(['other'])
  })

  it.each(entries)('has an example of $kind that its schema accepts', ({ kind, example }) => {
    expect(problemsOfData(kind, example)).toEqual([])
  })

  it.each(entries)('has a schema of $kind that refuses other data', ({ kind, example }) => {
    for (const name of Object.keys(example)) {
      const rest = Object.entries(example).filter(([field]) => field !== name)
      expect(problemsOfData(kind, Object.fromEntries(rest))).toHaveLength(1)
      expect(problemsOfData(kind, { ...example, [name]: 7 })).not.toEqual([])
    }
    expect(problemsOfData(kind, { ...example, displayName: 'Alice' })).toHaveLength(1)
  })

  it('is docs/reference/events.md', async () => {
    const page = '../../docs/reference/events.md'
    const path = fileURLToPath(new URL(page, import.meta.url))
    const text = readFileSync(path, 'utf8')
    const markers = /(<!-- kinds -->\n).*(<!-- \/kinds -->)/s
    expect(text).toMatch(markers)
    const current = text.replace(markers, (_, begin: string, end: string) =>
      [begin, '\n', eventReference(), '\n', end].join(''),
    )
    const style = { ...(await resolveConfig(path)), parser: 'markdown' }
    await expect(await format(current, style)).toMatchFileSnapshot(page)
  })
})

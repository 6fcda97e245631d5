import { describe, expect, it } from 'vitest'
import { schemaDrift } from '../../src/operations/migrations/drift.ts'
import { type CatalogueRule, catalogueRules } from '../support/catalogue-rules.ts'
import { openClone } from '../support/clone.ts'

const { admin, ownerUrl } = await openClone()
/**
 * Another copy: the engine that compares has a connection of its own and sees only what is
 * committed.
 */
const changed = await openClone()

/** What breaks a rule now. */
async function complaints({ sql }: CatalogueRule): Promise<string[]> {
  const { rows } = await admin.query<[string]>({ text: sql, rowMode: 'array' })
  return rows.map(([line]) => line).sort()
}

/** What would break it after its breach, which is taken back. */
async function complaintsAfterBreach(rule: CatalogueRule): Promise<string[]> {
  await admin.query('begin')
  try {
    await admin.query(rule.breach)
    return await complaints(rule)
  } finally {
    await admin.query('rollback')
  }
}

describe('in this database', () => {
  it.each(catalogueRules)('$promise', async (rule) => {
    expect(await complaints(rule)).toEqual([])
  })

  it('tables, columns, keys and indexes are those of the Prisma schema', async () => {
    expect(await schemaDrift(ownerUrl)).toBe('')
  })
})

describe('it would be noticed if it did not hold that', () => {
  it.each(catalogueRules)('$promise', async (rule) => {
    const after = await complaintsAfterBreach(rule)
    expect(after.filter((line) => line.startsWith(rule.noticed))).toHaveLength(1)
  })

  it('tables, columns, keys and indexes are those of the Prisma schema', async () => {
    await changed.admin.query('alter table users add scratch text')
    expect(await schemaDrift(changed.ownerUrl)).toContain('DROP COLUMN "scratch"')
  })
})

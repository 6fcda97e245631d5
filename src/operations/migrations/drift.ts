import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { everything } from './history.ts'
import { withEngine } from './migrate.ts'

const schemaFolder = join(import.meta.dirname, '..', '..', '..', 'prisma')

/**
 * The SQL that would make a database what the Prisma schema says; empty when it is. Prisma sees
 * tables, columns, keys and indexes; policies, checks, functions and grants are none of its
 * business and never appear.
 */
export async function schemaDrift(ownerUrl: string, folder = schemaFolder): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  const files = await Promise.all(
    names.map(async (name) => ({
      path: name,
      content: asIntrospected(await readFile(join(folder, name), 'utf8')),
    })),
  )
  return withEngine(ownerUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: folder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: everything,
    })
    const script = (stdout ?? '').trim()
    return script === '-- This is an empty migration.' ? '' : script
  })
}

/**
 * The engine reads the default `now()` of a column as Prisma's own, and calls the same words in
 * `dbgenerated` a difference.
 */
function asIntrospected(schema: string): string {
  return schema.replaceAll('dbgenerated("now()")', 'now()')
}

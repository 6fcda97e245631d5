import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { prepareDatabase } from '../src/dev/database.ts'
import { startPostgres } from '../src/dev/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * The one Postgres of this run, as its superuser, and the name of the migrated database that
     * tests clone.
     */
    postgres: { superuserUrl: string; template: string }
  }
}

/**
 * One embedded Postgres for the whole run, with a migrated database as the template of every test
 * file's own.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'connections-test-'))
  const postgres = await startPostgres({ dataDir, durable: false })
  const superuserUrl = postgres.superuserUrl
  await prepareDatabase(superuserUrl, 'template')
  provide('postgres', { superuserUrl, template: 'template' })
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { cloneDatabase, type DatabaseUrls, dropDatabase } from '../../src/dev/database.ts'

/** A database of its own for a test file that speaks SQL; dropped after the file's tests. */
export interface Clone extends DatabaseUrls {
  /** Past all row security: to look behind it, and to set up what no role may. */
  readonly admin: pg.Client
  /** What the service logs in as. */
  readonly login: pg.Client
  /** What the worker logs in as. */
  readonly worker: pg.Client
}

/**
 * Clones the migrated database of this run and connects to the copy as superuser, as the login role
 * and as the worker.
 */
export async function openClone(): Promise<Clone> {
  const { superuserUrl, template } = inject('postgres')
  const urls = await cloneDatabase(superuserUrl, template, `test_${randomUUID()}`)
  const adminUrl = new URL(superuserUrl)
  adminUrl.pathname = `/${urls.name}`
  const admin = new pg.Client({ connectionString: adminUrl.href })
  const login = new pg.Client({ connectionString: urls.loginUrl })
  const worker = new pg.Client({ connectionString: urls.workerUrl })
  await Promise.all([admin.connect(), login.connect(), worker.connect()])
  afterAll(async () => {
    await Promise.all([admin.end(), login.end(), worker.end()])
    await dropDatabase(superuserUrl, urls.name)
  })
  return { ...urls, admin, login, worker }
}

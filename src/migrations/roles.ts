import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { MigrationRefused } from './refused.ts'

/** The SQL that makes the roles; the migrations grant to them. */
export const rolesFile = join(import.meta.dirname, '..', '..', 'prisma', 'roles.sql')

const roles = ['connections_app', 'connections_service', 'connections_facts', 'connections_login']

/**
 * Makes the roles when one is missing and whoever is connected may make them.
 * @returns whether it made any
 * @throws MigrationRefused with the cure when it may not.
 */
export async function ensureRoles(connection: pg.Pool): Promise<boolean> {
  const present = await connection.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any($1::name[])',
    [roles],
  )
  const missing = roles.filter((role) => !present.rows.some(({ name }) => name === role))
  if (missing.length === 0) return false
  const { rows } = await connection.query<{ owner: string; allowed: boolean }>(
    'select rolname as owner, rolsuper or rolcreaterole as allowed from pg_roles where rolname = current_user',
  )
  if (rows[0]?.allowed !== true) {
    throw new MigrationRefused(
      `The roles ${missing.join(', ')} are missing, and ${rows[0]?.owner ?? 'the owner'} may not create roles.\n` +
        'Cure: as a superuser, in this database: psql -f prisma/roles.sql',
    )
  }
  await connection.query(await readFile(rolesFile, 'utf8'))
  return true
}

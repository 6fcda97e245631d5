import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { UserFacingError } from '../../user-facing-error.ts'

/** The SQL that makes the roles; the migrations grant to them. */
export const rolesFile = join(import.meta.dirname, '..', '..', '..', 'prisma', 'roles.sql')

const roles = [
  'connections_app',
  'connections_service',
  'connections_facts',
  'connections_login',
  'connections_worker',
]

/**
 * Makes the roles when one is missing, or when the owner may not hand functions to
 * `connections_facts`, as on a server that got its roles for another database; if whoever is
 * connected may do so.
 * @returns whether it had to
 * @throws UserFacingError with the fix when it may not.
 */
export async function ensureRoles(connection: pg.Pool): Promise<boolean> {
  const present = await connection.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any($1::name[])',
    [roles],
  )
  const missing = roles.filter((role) => !present.rows.some(({ name }) => name === role))
  const { rows } = await connection.query<{ owner: string; ready: boolean; allowed: boolean }>(
    `select me.rolname as owner,
            coalesce(pg_has_role(facts.oid, case when version.is_15 then 'member' else 'set' end), false) as ready,
            me.rolsuper or me.rolcreaterole
              and (version.is_15 or coalesce(pg_has_role(facts.oid, 'member with admin option'), true)) as allowed
       from pg_roles as me
      -- There, whoever may create roles may grant any, and a member may always become what they are a member of.
      cross join (select current_setting('server_version_num')::int < 160000 as is_15) as version
       left join pg_roles as facts on facts.rolname = 'connections_facts'
      where me.rolname = current_user`,
  )
  const { owner = 'the owner', ready = false, allowed = false } = rows[0] ?? {}
  if (missing.length === 0 && ready) return false
  if (!allowed) {
    const problem =
      missing.length > 0
        ? `The roles ${missing.join(', ')} are missing, and ${owner} cannot create roles.`
        : `The role ${owner} cannot give functions to connections_facts.`
    throw new UserFacingError(
      `${problem}\nFix: as a superuser, in this database: psql -f prisma/roles.sql`,
    )
  }
  await connection.query(await readFile(rolesFile, 'utf8'))
  return true
}

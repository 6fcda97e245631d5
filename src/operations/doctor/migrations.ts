import type pg from 'pg'
import { migrationNames } from '../../database/migration-files.ts'
import { failed, type Found, ok } from './finding.ts'

const apply = '`connections migrate`, with DATABASE_OWNER_URL'

/**
 * How the migrations compare, asked as the owner: the only one who sees what was edited since it
 * was applied.
 */
export async function checkMigrationsAsOwner(ownerUrl: string): Promise<Found[]> {
  // The engine behind it takes a moment to load, which only this check should wait for.
  const { migrationStatus } = await import('../migrations/migrate.ts')
  const { applied, pending, edited, failed: begun, unknown } = await migrationStatus(ownerUrl)
  const unfinished = begun.length === 0 ? '' : ` (started but not finished: ${begun.join(', ')})`
  return verdict(applied.length, [
    ...(pending.length === 0 ? [] : [failed(`pending: ${pending.join(', ')}${unfinished}`, apply)]),
    ...(edited.length === 0
      ? []
      : [
          failed(
            `edited since they were applied: ${edited.join(', ')}`,
            'restore the files as they were applied, and write a new migration for the change',
          ),
        ]),
    ...foreign(unknown),
  ])
}

/** The same without the owner: by the function that the service's readiness asks. */
export async function checkMigrationsAsService(database: pg.Client): Promise<Found[]> {
  const [applied, wanted] = [await appliedNames(database), await migrationNames()]
  const pending = wanted.filter((name) => !applied.includes(name))
  return verdict(wanted.length - pending.length, [
    ...(pending.length === 0 ? [] : [failed(`pending: ${pending.join(', ')}`, apply)]),
    ...foreign(applied.filter((name) => !wanted.includes(name))),
  ])
}

function verdict(applied: number, problems: Found[]): Found[] {
  return problems.length > 0 ? problems : [ok(`all ${applied} are applied`)]
}

function foreign(unknown: readonly string[]): Found[] {
  return unknown.length === 0
    ? []
    : [
        failed(
          `applied, but not in this version: ${unknown.join(', ')}`,
          'run the version of the service that applied them',
        ),
      ]
}

/** A database without the function has no migration at all: the first one makes it. */
async function appliedNames(database: pg.Client): Promise<string[]> {
  const { rows: found } = await database.query(
    `select from pg_proc where proname = 'applied_migrations' and pronamespace = 'public'::regnamespace`,
  )
  if (found.length === 0) return []
  try {
    await database.query('begin; set local role connections_service')
    const { rows } = await database.query<{ name: string }>(
      'select name from applied_migrations() as name',
    )
    return rows.map(({ name }) => name)
  } finally {
    await database.query('rollback')
  }
}

import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { migrationsFolder, readMigrations } from '../../database/migration-files.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { OwnerAdapter } from './adapter.ts'
import { openEngine } from './engine.ts'
import { asFailure } from './failed.ts'
import { asList, everything, type MigrationStatus, readStatus } from './history.ts'
import { ensureRoles } from './roles.ts'

/** What one run of the migrator did. */
export interface Migrated {
  readonly applied: readonly string[]
  /** Those among them that an earlier run had begun and not finished. */
  readonly resumed: readonly string[]
  readonly rolesCreated: boolean
}

/**
 * Applies what the database lacks, oldest first, each migration whole or not at all. Safe to run
 * twice at once and to kill at any moment.
 * @param ownerUrl of the owner, directly to Postgres
 * @throws UserFacingError when the history does not fit the folder, when the roles are missing and
 * can't be made, or when the SQL of one fails
 */
export async function migrate(ownerUrl: string, folder = migrationsFolder): Promise<Migrated> {
  const migrations = await readMigrations(folder)
  return withEngine(ownerUrl, async (engine, adapter) => {
    await adapter.lock()
    const rolesCreated = await ensureRoles(adapter.pool)
    const status = await readStatus(engine, migrations)
    refuseMisfit(status)
    for (const migrationName of status.failed)
      await engine.markMigrationRolledBack({ migrationName })
    const { appliedMigrationNames } = await engine
      .applyMigrations({ migrationsList: asList(migrations), filters: everything })
      .catch((error: unknown) => {
        throw asFailure(error)
      })
    return { applied: appliedMigrationNames, resumed: status.failed, rolesCreated }
  })
}

/**
 * How the migrations of a database compare with those of the folder. Changes nothing and waits for
 * nobody.
 */
export async function migrationStatus(
  ownerUrl: string,
  folder = migrationsFolder,
): Promise<MigrationStatus> {
  const migrations = await readMigrations(folder)
  return withEngine(ownerUrl, (engine) => readStatus(engine, migrations))
}

/** @throws UserFacingError when something applied was edited or is missing in the folder. */
function refuseMisfit({ edited, unknown }: MigrationStatus): void {
  if (edited.length > 0) {
    throw new UserFacingError(
      `Edited after they were applied: ${edited.join(', ')}.\nFix: restore the file as it was applied, and write a new migration for the change.`,
    )
  }
  if (unknown.length > 0) {
    throw new UserFacingError(
      `Applied to this database, but not in this version: ${unknown.join(', ')}.\nFix: run the version of the service that has them; this one is older or from another branch.`,
    )
  }
}

/** One engine on one connection of the owner, both closed afterwards. */
export async function withEngine<Answer>(
  ownerUrl: string,
  work: (engine: SchemaEngine, adapter: OwnerAdapter) => Promise<Answer>,
): Promise<Answer> {
  const adapter = new OwnerAdapter(ownerUrl)
  try {
    // Postgres' own words for what keeps us out are better than the engine's.
    await adapter.pool.query('select')
    const engine = await openEngine(adapter)
    try {
      return await work(engine, adapter)
    } finally {
      engine.free()
    }
  } finally {
    await adapter.close()
  }
}

import type {
  MigrationList,
  SchemaEngine,
  SchemaFilter,
} from '@prisma/schema-engine-wasm/schema_engine_bg'
import type { Migration } from '../../database/migration-files.ts'

/** How the migrations of a database compare with those of the folder. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Applied, and changed in the folder since. */
  readonly edited: readonly string[]
  /**
   * Begun and not finished: the next `migrate` applies it again. Nothing of it remains, unless it
   * runs outside a transaction.
   */
  readonly failed: readonly string[]
  /**
   * Applied, and missing in the folder: the database is newer than this code, or of another branch.
   */
  readonly unknown: readonly string[]
}

/** Prisma can leave tables out of its view; we leave out none. */
export const everything: SchemaFilter = { externalTables: [], externalEnums: [] }

/** Asks the engine how the folder and the database compare. Changes nothing. */
export async function readStatus(
  engine: SchemaEngine,
  migrations: readonly Migration[],
): Promise<MigrationStatus> {
  const answer = await engine.diagnoseMigrationHistory({
    migrationsList: asList(migrations),
    optInToShadowDatabase: false,
    filters: everything,
  })
  const { history, failedMigrationNames: failed } = answer
  const behind =
    history !== null && 'unappliedMigrationNames' in history ? history.unappliedMigrationNames : []
  const unknown =
    history !== null && 'unpersistedMigrationNames' in history
      ? history.unpersistedMigrationNames
      : []
  const pending = migrations
    .map(({ name }) => name)
    .filter((name) => behind.includes(name) || failed.includes(name))
  return {
    applied: migrations.map(({ name }) => name).filter((name) => !pending.includes(name)),
    pending,
    edited: answer.editedMigrationNames.filter((name) => !failed.includes(name)),
    failed,
    unknown,
  }
}

/** The folder in the engine's words. */
export function asList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: 'prisma/migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  }
}

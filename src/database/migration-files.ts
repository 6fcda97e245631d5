import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the migrations of this service lie. */
export const migrationsFolder = join(import.meta.dirname, '..', '..', 'prisma', 'migrations')

/** One folder of `prisma/migrations`. */
export interface Migration {
  readonly name: string
  readonly script: string
}

/** The names of all migrations, oldest first: each begins with its time. Cheap; loads no engine. */
export async function migrationNames(folder = migrationsFolder): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** All migrations with their SQL, oldest first. */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const names = await migrationNames(folder)
  return Promise.all(
    names.map(async (name) => ({
      name,
      script: await readFile(join(folder, name, 'migration.sql'), 'utf8'),
    })),
  )
}

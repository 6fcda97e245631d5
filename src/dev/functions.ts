import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrationNames, migrationsFolder } from '../database/migration-files.ts'

const folder = join(import.meta.dirname, '..', '..', 'prisma', 'functions')

/** A file of prisma/functions: the functions of one noun, or of one measure in a folder of it. */
interface FunctionsFile {
  readonly name: string
  readonly text: string
}

/** What most of the others call. */
const first = ['users.sql', 'pairs.sql']

/** The files, in an order in which Postgres can take them. */
export async function functionsFiles(): Promise<FunctionsFile[]> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return Promise.all(
    [...first, ...names.filter((name) => !first.includes(name))].map(async (name) => ({
      name,
      text: await readFile(join(folder, name), 'utf8'),
    })),
  )
}

/**
 * A script that makes functions as the role that owns them, from the role `reset` on which owns the
 * tables.
 */
export function asFactsRole(script: string, reset = 'reset role'): string {
  return `grant create on schema public to connections_facts; -- only whoever may create there can own a function
set role connections_facts;

${script}
${reset};
revoke create on schema public from connections_facts;
`
}

/** Where the functions stand in the migrations, and the text that belongs there. */
export async function functionsMigration(): Promise<{ path: string; text: string }> {
  const name = (await migrationNames()).find((folderName) => folderName.endsWith('_functions'))
  if (name === undefined) throw new Error('No migration is called `…_functions`.')
  const texts = (await functionsFiles()).map(({ text }) => text)
  return {
    path: join(migrationsFolder, name, 'migration.sql'),
    text: `-- All functions, word by word as prisma/functions has them. \`npm run functions\` copies them.\n\n${asFactsRole(texts.join('\n'))}`,
  }
}

if (import.meta.main) {
  const { path, text } = await functionsMigration()
  await writeFile(path, text)
}

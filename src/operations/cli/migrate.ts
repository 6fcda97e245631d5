import { Command } from 'commander'
import type { MigrationStatus } from '../migrations/history.ts'
import type { Migrated } from '../migrations/migrate.ts'
import { examples } from './examples.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/**
 * `migrate`: brings a database to the tables this version of the service needs, or says how far it
 * is.
 */
export const migrateCommand: BuildCommand = (host, finish) =>
  new Command('migrate')
    .description(
      'Apply pending migrations. You can kill it, repeat it, and run it twice at the same time.',
    )
    .option('--status', 'only print what is applied and what is pending')
    .option('--json', 'print JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
    .addHelpText(
      'after',
      examples(['migrate', 'migrate --status', 'migrate --status --json'], {
        0: 'the database has what this version needs',
        1: 'refused or failed: an edited or unknown migration, missing roles, an SQL error; no migration is half applied',
        2: 'DATABASE_OWNER_URL is not set and no dev stack is running',
        3: '--status only: migrations are pending',
      }) +
        '\n\nUses DATABASE_OWNER_URL, which must go to Postgres directly and not through a pooler; without it, the running dev stack.',
    )
    .action(async (options: MigrateOptions) => {
      const url = await ownerUrl(host, options.data)
      if (url === null) {
        host.complain('DATABASE_OWNER_URL: required (or start the dev stack to use its database)')
        finish(exitCodes.misused)
        return
      }
      const { migrate, migrationStatus } = await import('../migrations/migrate.ts')
      if (options.status === true) {
        const status = await migrationStatus(url)
        host.print(options.json === true ? JSON.stringify(status) : describeStatus(status))
        finish(statusCode(status))
      } else {
        const migrated = await migrate(url)
        host.print(options.json === true ? JSON.stringify(migrated) : describeMigrated(migrated))
      }
    })

interface MigrateOptions {
  readonly status?: true
  readonly json?: true
  readonly data?: string
}

async function ownerUrl({ env }: Host, data: string | undefined): Promise<string | null> {
  if (env['DATABASE_OWNER_URL'] !== undefined) {
    const { readDatabaseUrl } = await import('../../config.ts')
    return readDatabaseUrl(env, 'DATABASE_OWNER_URL')
  }
  if (env['NODE_ENV'] === 'production') return null
  const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
  return (await runningStack(dataDirectoryFrom(data)))?.places?.ownerUrl ?? null
}

function statusCode({ pending, edited, unknown }: MigrationStatus): ExitCode {
  if (edited.length > 0 || unknown.length > 0) return exitCodes.failed
  return pending.length > 0 ? exitCodes.pending : exitCodes.done
}

function describeMigrated({ applied, resumed, rolesCreated }: Migrated): string {
  const lines = applied.map(
    (name) =>
      `applied  ${name}${resumed.includes(name) ? ' (an earlier run did not finish it)' : ''}`,
  )
  if (lines.length === 0) lines.push('Nothing to apply: the database is up to date.')
  return [...(rolesCreated ? ['created  the roles of prisma/roles.sql'] : []), ...lines].join('\n')
}

function describeStatus(status: MigrationStatus): string {
  const { edited, failed, unknown } = status
  const lines = [
    ...status.applied.map((name) =>
      edited.includes(name)
        ? `edited   ${name} (changed since it was applied)`
        : `applied  ${name}`,
    ),
    ...status.pending.map(
      (name) =>
        `pending  ${name}${failed.includes(name) ? ' (an earlier run did not finish it)' : ''}`,
    ),
    ...unknown.map((name) => `unknown  ${name} (applied, but not in this version)`),
  ]
  return lines.join('\n')
}

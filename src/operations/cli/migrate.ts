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
      'Apply the migrations that the database lacks. Safe to kill, to repeat, and to run twice at once.',
    )
    .option('--status', 'only say what is applied and what is pending')
    .option('--json', 'answer as JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is meant (default: .dev in the checkout)',
    )
    .addHelpText(
      'after',
      examples(['migrate', 'migrate --status', 'migrate --status --json'], {
        0: 'the database is as this version needs it',
        1: 'refused or failed: an edited or unknown migration, missing roles, an SQL error; nothing half-done remains',
        2: 'DATABASE_OWNER_URL is not set and no dev stack is running',
        3: '--status only: migrations are pending',
      }) +
        '\n\nThe database is DATABASE_OWNER_URL, which goes to Postgres directly, past any pooler; without it, the running dev stack.',
    )
    .action(async (options: MigrateOptions) => {
      const url = await ownerUrl(host, options.data)
      if (url === null) {
        host.complain(
          'DATABASE_OWNER_URL: required (or start the dev stack, whose database is meant without it)',
        )
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
      `applied  ${name}${resumed.includes(name) ? ' (an earlier run had not finished it)' : ''}`,
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
    ...unknown.map((name) => `unknown  ${name} (applied, and not in this version)`),
  ]
  return lines.join('\n')
}

import type { Command } from 'commander'
import { upTo } from './numbers.ts'

/** The options that every import has. */
export interface ImportWords {
  readonly batch: number
  readonly rejects?: string
  readonly dryRun?: true
  readonly json?: true
  readonly data?: string
}

/**
 * Adds the options that every import has.
 * @param rejectsFile where rejected rows go when nothing is said
 */
export function importOptions(
  command: Command,
  batch: { readonly standard: number; readonly most: number },
  rejectsFile: string,
): Command {
  return command
    .option(
      '--batch <rows>',
      `rows per transaction, at most ${batch.most}`,
      upTo(batch.most),
      batch.standard,
    )
    .option(
      '--rejects <file>',
      `where to write rejected rows, one JSON object per line (default: ${rejectsFile})`,
    )
    .option('--dry-run', 'read and check every row, print what would be imported, import nothing')
    .option('--json', 'print JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
}

/** What `--help` says of the rows, the database and the progress of every import. */
export const importNotes =
  '\n\n--dry-run checks each batch separately, so a row that occurs twice may be counted twice.' +
  '\nUses DATABASE_URL (the login role); without it, the running dev stack. Progress goes to standard error: one line on a terminal, JSON lines otherwise.'

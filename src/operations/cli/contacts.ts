import { Command } from 'commander'
import { limits } from '../../limits.ts'
import { examples } from './examples.ts'
import type { ImportContactsWords } from './import-contacts.ts'
import { importNotes, importOptions } from './import-options.ts'
import { upTo } from './numbers.ts'
import type { BuildCommand } from './program.ts'
import type { VerifyWords } from './verify-contacts.ts'

const { batch, sample } = limits.contactImport

/** `contacts`: the move of contacts out of the old auth service. */
export const contactsCommand: BuildCommand = (host, finish) =>
  new Command('contacts')
    .description(
      'Move contacts from the old auth service. Runbook: docs/guides/moving-contacts.md.',
    )
    .addHelpText(
      'after',
      examples(['contacts import --help', 'contacts verify --help'], {
        0: 'everything was read, or (verify) both sides are the same',
        1: 'refused, failed or interrupted',
        2: 'wrong command line, or no database was given',
        4: 'verify: something differs',
      }),
    )
    .addCommand(
      importOptions(source(new Command('import')), batch, 'in this folder, named after the run')
        .description(
          'Import the old user_contacts. You can kill it, repeat it and run it again later. It does not bring back contacts that were removed since.',
        )
        .option(
          '--checkpoint <name>',
          'the name of the run to continue (default: the name of the source)',
        )
        .option('--restart', 'start over if an earlier run did not finish')
        .addHelpText(
          'after',
          examples(
            [
              'contacts import --from postgres://reader:…@auth-db/auth --dry-run',
              'contacts import --from postgres://reader:…@auth-db/auth',
              'contacts import --from sqlite:auth.db --table user_contacts --batch 500 --json',
            ],
            {
              0: 'the whole source was read; rejected rows, if any, are in the rejects file',
              1: 'refused, failed or interrupted; run the command again, it continues after the last committed batch',
              2: 'wrong command line, or no database was given',
            },
          ) +
            '\n\nTimes are milliseconds since 1970. If all of them are before 2001, they are probably seconds, and the command prints a warning.' +
            importNotes,
        )
        .action(async (words: ImportContactsWords) => {
          const { runImport } = await import('./import-contacts.ts')
          finish(await runImport(host, words))
        }),
    )
    .addCommand(
      source(new Command('verify'))
        .description(
          'Compare the old user_contacts with what was imported, contact by contact. Changes nothing.',
        )
        .option(
          '--sample <pairs>',
          'random pairs of each side to look up on the other',
          upTo(sample.most),
          sample.standard,
        )
        .option('--json', 'print JSON')
        .option(
          '--data <directory>',
          'the dev stack whose database is used (default: .dev in the checkout)',
        )
        .addHelpText(
          'after',
          examples(
            [
              'contacts verify --from postgres://reader:…@auth-db/auth',
              'contacts verify --from sqlite:auth.db --sample 5000 --json',
            ],
            {
              0: 'no differences in counts, checksums, contacts and both samples',
              1: 'could not compare',
              2: 'wrong command line, or no database was given',
              4: 'something differs; the report says what',
            },
          ) + verifyNotes,
        )
        .action(async (words: VerifyWords) => {
          const { runVerify } = await import('./verify-contacts.ts')
          finish(await runVerify(host, words))
        }),
    )

/** Where both commands read from. */
function source(command: Command): Command {
  return command
    .requiredOption('--from <source>', 'postgres://…, sqlite:<file>, or the path of a SQLite file')
    .option('--table <name>', 'the table; with its schema if needed: schema.table', 'user_contacts')
}

const verifyNotes =
  '\n\nUses DATABASE_URL (the login role); without it, the running dev stack. Progress goes to standard error: one line on a terminal, JSON lines otherwise.'

import { Command, Option } from 'commander'
import { limits } from '../../limits.ts'
import { examples } from './examples.ts'
import type { ImportPeopleWords } from './import-people.ts'
import { upTo } from './numbers.ts'
import { usersIdCommand } from './users-id.ts'
import type { BuildCommand } from './program.ts'

const { batch } = limits.peopleImport

/** `users`: people whom a platform brings along. */
export const usersCommand: BuildCommand = (host, finish) =>
  new Command('users')
    .description('Bring existing people into this service, and find their ids.')
    .addHelpText(
      'after',
      examples(['users import people.csv --dry-run', "users id 'auth0|507f1f77bcf86cd799439020'"], {
        0: 'the whole file was read; the ids were printed',
        1: 'refused, failed, or told to end',
        2: 'wrong command line or environment, or no database was named',
      }),
    )
    .addCommand(usersIdCommand(host, finish))
    .addCommand(
      new Command('import')
        .description(
          'Import people from a file: ids, and for those who have them usernames and profiles. Safe to kill and to repeat: whoever is here keeps what they have.',
        )
        .argument(
          '<file>',
          'CSV with a line of column names, or NDJSON: id, username, displayName, avatarUrl, bio, city, region, sportPreferences',
        )
        .addOption(
          new Option('--format <format>', 'what the file is (default: by its name)').choices([
            'csv',
            'ndjson',
          ]),
        )
        .option(
          '--batch <rows>',
          `rows in one transaction, at most ${batch.most}`,
          upTo(batch.most),
          batch.standard,
        )
        .option(
          '--rejects <file>',
          'where rejected rows go, one JSON object a line (default: the name of the file, with .rejects.ndjson)',
        )
        .option('--dry-run', 'read and judge everything, import nothing')
        .option('--json', 'answer as JSON')
        .option(
          '--data <directory>',
          'the dev world whose database is meant (default: .dev in the checkout)',
        )
        .addHelpText(
          'after',
          examples(
            [
              'users import people.csv --dry-run',
              'users import people.csv',
              'users import export.ndjson --json',
            ],
            {
              0: 'the whole file was read; rejected rows, if any, are in the file of rejects',
              1: 'refused, failed, or told to end; the same command begins anew, and changes nothing twice',
              2: 'wrong command line, or no database was named',
            },
          ) +
            '\n\nSports are a list in NDJSON, and in CSV one text with | between. A username or a profile that cannot be is rejected alone: the person is imported without it.' +
            '\nThe database is DATABASE_URL, as the login role; without it, the running dev world. Progress goes to standard error: drawn on a terminal, as JSON lines elsewhere.',
        )
        .action(async (file: string, words: ImportPeopleWords) => {
          const { runPeopleImport } = await import('./import-people.ts')
          finish(await runPeopleImport(host, file, words))
        }),
    )

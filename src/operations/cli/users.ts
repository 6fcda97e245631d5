import { Command, Option } from 'commander'
import { limits } from '../../limits.ts'
import { examples } from './examples.ts'
import { importNotes, importOptions } from './import-options.ts'
import type { ImportPeopleWords } from './import-people.ts'
import type { BuildCommand } from './program.ts'
import { usersIdCommand } from './users-id.ts'

/** `users`: people whom a platform brings along. */
export const usersCommand: BuildCommand = (host, finish) =>
  new Command('users')
    .description('Import existing people, and print their ids.')
    .addHelpText(
      'after',
      examples(['users import people.csv --dry-run', "users id 'auth0|507f1f77bcf86cd799439020'"], {
        0: 'the whole file was read; the ids were printed',
        1: 'refused, failed or interrupted',
        2: 'wrong command line or environment, or no database was given',
      }),
    )
    .addCommand(usersIdCommand(host, finish))
    .addCommand(
      importOptions(
        new Command('import'),
        limits.peopleImport.batch,
        'the name of the file with .rejects.ndjson added',
      )
        .description(
          'Import people from a file: ids and, where given, usernames and profiles. You can kill it and repeat it. It does not change what present people already have.',
        )
        .argument(
          '<file>',
          'UTF-8; CSV with a header line, or NDJSON: id, username, displayName, avatarUrl, bio, city, region, sportPreferences',
        )
        .addOption(
          new Option(
            '--format <format>',
            'the format of the file (default: by the name of the file)',
          ).choices(['csv', 'ndjson']),
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
              0: 'the whole file was read; rejected rows, if any, are in the rejects file',
              1: 'refused, failed or interrupted, or every row was rejected; run the command again, it starts over and changes nothing twice',
              2: 'wrong command line, or no database was given',
            },
          ) +
            '\n\nIn NDJSON, sportPreferences is a list; in CSV, it is one text separated by |. If only the username or the profile is invalid, the person is imported without it.' +
            importNotes,
        )
        .action(async (file: string, words: ImportPeopleWords) => {
          const { runPeopleImport } = await import('./import-people.ts')
          finish(await runPeopleImport(host, file, words))
        }),
    )

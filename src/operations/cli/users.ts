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
    .description('Bring existing people into this service, and find their ids.')
    .addHelpText(
      'after',
      examples(['users import people.csv --dry-run', "users id 'auth0|507f1f77bcf86cd799439020'"], {
        0: 'the whole file was read; the ids were printed',
        1: 'refused, failed or interrupted',
        2: 'wrong command line or environment, or no database was named',
      }),
    )
    .addCommand(usersIdCommand(host, finish))
    .addCommand(
      importOptions(
        new Command('import'),
        limits.peopleImport.batch,
        'the name of the file, with .rejects.ndjson',
      )
        .description(
          'Import people from a file: ids and, where given, usernames and profiles. Safe to kill and to repeat: people who are present keep what they have.',
        )
        .argument(
          '<file>',
          'UTF-8; CSV with a line of column names, or NDJSON: id, username, displayName, avatarUrl, bio, city, region, sportPreferences',
        )
        .addOption(
          new Option('--format <format>', 'the format of the file (default: by its name)').choices([
            'csv',
            'ndjson',
          ]),
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
              1: 'refused, failed or interrupted, or every row was rejected; the same command starts over and changes nothing twice',
              2: 'wrong command line, or no database was named',
            },
          ) +
            '\n\nSports are a list in NDJSON, and in CSV one text with | between. A username or a profile that is not valid is rejected alone: the person is imported without it.' +
            importNotes,
        )
        .action(async (file: string, words: ImportPeopleWords) => {
          const { runPeopleImport } = await import('./import-people.ts')
          finish(await runPeopleImport(host, file, words))
        }),
    )

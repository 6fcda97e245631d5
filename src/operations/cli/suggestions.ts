import { Command } from 'commander'
import { examples } from './examples.ts'
import { uuidFrom } from './identifiers.ts'
import type { BuildCommand } from './program.ts'

/** What was typed after `suggestions compute`. */
export interface ComputeWords {
  readonly all?: true
  readonly person?: readonly string[]
  readonly json?: true
  readonly data?: string
}

/** `suggestions`: what the worker computes by itself each day. */
export const suggestionsCommand: BuildCommand = (host, finish) =>
  new Command('suggestions')
    .description('Compute suggestions of people whom somebody may know.')
    .addHelpText(
      'after',
      examples(['suggestions compute', 'suggestions compute --all --json'], {
        0: 'computed',
        1: 'failed, interrupted, or another process is computing',
        2: 'wrong command line or environment, or no database was given',
      }),
    )
    .addCommand(
      new Command('compute')
        .description(
          'Compute and store suggestions now, as the worker does each day: for people who were active in the last 30 days, or with a friend who has made a friend since. You can kill it; the next run, here or in a worker, continues where it was.',
        )
        .option('--all', 'for everybody, active or not, also those who were just computed')
        .option(
          '--person <uuid>',
          'for this person alone, also if just computed; can be repeated',
          (text: string, before: readonly string[] | undefined) => [
            ...(before ?? []),
            uuidFrom(text),
          ],
        )
        .option('--json', 'print JSON: { outcome, people, seconds }; progress as JSON lines')
        .option('--data <directory>', 'the data directory of the dev stack (default: .dev)')
        .addHelpText(
          'after',
          examples(
            [
              'suggestions compute',
              'suggestions compute --all --json',
              'suggestions compute --person 5a0f7c1e-3c1f-5d6e-9a53-1f9f2f0a7b11',
              'DATABASE_DIRECT_URL=… bin/connections suggestions compute',
            ],
            {
              0: 'computed',
              1: 'failed or interrupted, a person does not exist, or another process is computing',
              2: 'wrong command line or environment, or no database was given',
            },
          ) +
            '\n\nDATABASE_DIRECT_URL is the database as connections_worker, without a pooler in between. Without it the command uses the running dev stack. SUGGESTION_WEIGHTS must be what `serve` has: suggestions that were computed by other weights are computed again by their reader.',
        )
        .action(async (words: ComputeWords) => {
          const { computeNow } = await import('./suggestions-compute.ts')
          finish(await computeNow(host, words))
        }),
    )

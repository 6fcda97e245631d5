import { Command } from 'commander'
import { examples } from './examples.ts'
import type { PairWords } from './pair-report.ts'
import type { BuildCommand } from './program.ts'

/** `pair`: what two people are to each other, for whoever helps them. */
export const pairCommand: BuildCommand = (host, finish) =>
  new Command('pair')
    .description('Show what two people are to each other, what each may do, and why.')
    .argument('<one>', 'an id or a username')
    .argument('<other>', 'an id or a username')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(['pair alice bob', 'pair alice 00000000-0000-4000-8000-000000000002 --json'], {
        0: 'printed',
        1: 'nobody has that id or name, or the database failed',
        2: 'wrong command line, the same person twice, or no database was given',
      }) +
        '\n\nIt tells who blocks whom, and what was declined: what neither of the two may hear of the other.\nUses DATABASE_URL (the login role); without it, the running dev stack.',
    )
    .action(async (one: string, other: string, words: PairWords) => {
      const { showPair } = await import('./pair-report.ts')
      finish(await showPair(host, [one, other], words))
    })

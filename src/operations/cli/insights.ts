import { Command, InvalidArgumentError, Option } from 'commander'
import { examples } from './examples.ts'
import type { InsightOptions } from './insight-report.ts'
import type { BuildCommand } from './program.ts'

/** `insights`: how healthy the graph is. */
export const insightsCommand: BuildCommand = (host, finish) =>
  new Command('insights')
    .description('Show how healthy the graph is: figures with their intervals (rule 14).')
    .option('--from <day>', 'the first day, in UTC (default: 365d)', dayFrom)
    .option('--to <day>', 'the day after the last one, in UTC (default: 0d, today)', dayFrom)
    .option('--direct', 'compute the same days from the tables, not from roll-ups; no points')
    .addOption(new Option('--csv', 'print CSV: each figure, then its points').conflicts('json'))
    .option('--json', 'print JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
    .addHelpText(
      'after',
      examples(
        [
          'insights',
          'insights --from 90d --csv',
          'insights --from 2026-01-01 --to 2026-04-01 --direct --json',
        ],
        {
          0: 'printed',
          1: 'the database failed',
          2: 'wrong command line, not a period, or no database was given',
        },
      ) +
        '\n\nA day is 2026-11-28, or how many days ago: 90d. The worker counts each day when it is complete\n(worker --once roll-up-insights does it now). Nothing is told of fewer than 10 people.\nUses DATABASE_URL (the login role); without it, the running dev stack.',
    )
    .action(async (options: InsightOptions) => {
      const { showInsights } = await import('./insight-report.ts')
      finish(await showInsights(host, options))
    })

const dayMs = 86_400_000

/** Reads a day as its midnight in UTC: a date, or how many days ago it was. */
function dayFrom(text: string): Date {
  const [, ago] = /^(\d{1,5})d$/.exec(text) ?? []
  if (ago !== undefined) return new Date((Math.floor(Date.now() / dayMs) - Number(ago)) * dayMs)
  const day = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : NaN)
  // Node takes the 30th of February for the 2nd of March.
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return day
  throw new InvalidArgumentError('It must be a day such as 2026-11-28, or how many days ago: 90d.')
}

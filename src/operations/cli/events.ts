import { Command } from 'commander'
import { limits } from '../../limits.ts'
import type { DeadOptions, EventOptions, ListOptions, ReplayOptions } from './event-commands.ts'
import { examples } from './examples.ts'
import { uuidFrom } from './identifiers.ts'
import { momentFrom } from './moments.ts'
import { upTo } from './numbers.ts'
import type { BuildCommand } from './program.ts'

const id = '7b1c2a90-4d1e-4f0b-8c77-5e2f9b6d2b02'
const endpoint = '0d5f5b0e-8a3c-4a51-9a54-0f6d0a3f1a01'
const misused = 'wrong command line, or no database was given'

/** `events`: what was recorded, and what became of its deliveries. */
export const eventsCommand: BuildCommand = (host, finish) => {
  const commands = () => import('./event-commands.ts')
  return new Command('events')
    .description('Look at events and their deliveries, and deliver events again.')
    .addHelpText(
      'after',
      examples(['events list --since 2h', `events show ${id}`, 'events dead'], {
        0: 'done',
        1: 'refused or failed; the output says why',
        2: misused,
      }) + `\n\n${whichDatabase}`,
    )
    .addCommand(
      common(new Command('list'))
        .description('List events, the newest first.')
        .option('--kind <kind>', 'only this kind')
        .option('--pair <people...>', 'only events about these two people: two ids', addId)
        .option('--since <time>', 'only events since then: a time, or how long ago', momentFrom)
        .option(...limit)
        .addHelpText(
          'after',
          examples(
            [
              'events list',
              'events list --kind follow.created --since 2h',
              `events list --pair ${endpoint} ${id} --json`,
            ],
            { 0: 'printed', 1: 'unknown kind, or the database failed', 2: misused },
          ) + `\n\n${whichDatabase}`,
        )
        .action(async (options: ListOptions, command: Command) => {
          if (options.pair !== undefined && options.pair.length !== 2)
            command.error('error: --pair needs two ids')
          finish(await (await commands()).listEvents(host, options))
        }),
    )
    .addCommand(
      common(new Command('show'))
        .description('Show one event: its row, what is sent (the envelope), and its deliveries.')
        .argument('<id>', 'of the event', uuidFrom)
        .addHelpText(
          'after',
          examples([`events show ${id}`, `events show ${id} --json`], {
            0: 'printed',
            1: 'no event has this id',
            2: misused,
          }) + `\n\n${whichDatabase}`,
        )
        .action(async (event: string, options: EventOptions) => {
          finish(await (await commands()).showEvent(host, event, options))
        }),
    )
    .addCommand(
      common(new Command('replay'))
        .description('Deliver one event again, or all events of an endpoint since a time.')
        .argument('[id]', 'of the event', uuidFrom)
        .option('--endpoint <id>', 'only to this endpoint', uuidFrom)
        .option('--since <time>', 'all events since then: a time, or how long ago', momentFrom)
        .option('--undelivered', 'with --since: leave out what the endpoint has accepted')
        .addHelpText(
          'after',
          examples(
            [
              `events replay ${id}`,
              `events replay ${id} --endpoint ${endpoint}`,
              `events replay --endpoint ${endpoint} --since 2026-11-28T09:30:00Z`,
              `events replay --endpoint ${endpoint} --since 2d --undelivered`,
            ],
            {
              0: 'the worker will deliver them',
              1: 'unknown or undispatched event, unknown or disabled endpoint, or no endpoint wants it',
              2: misused,
            },
          ) +
            '\n\nAn event keeps its webhook-id, so a consumer that has it already can leave it out.\n' +
            whichDatabase,
        )
        .action(async (event: string | undefined, options: ReplayOptions, command: Command) => {
          const isRange = options.endpoint !== undefined && options.since !== undefined
          if (event === undefined ? !isRange : options.since !== undefined)
            command.error('error: give an event, or --endpoint and --since')
          if (options.undelivered === true && !isRange)
            command.error('error: --undelivered needs --since')
          finish(await (await commands()).replayEvents(host, event ?? null, options))
        }),
    )
    .addCommand(
      common(new Command('dead'))
        .description('List deliveries that failed for the last time, the last one first.')
        .option('--endpoint <id>', 'only those to this endpoint', uuidFrom)
        .option(...limit)
        .addHelpText(
          'after',
          examples(['events dead', `events dead --endpoint ${endpoint} --json`], {
            0: 'printed',
            1: 'the database failed',
            2: misused,
          }) + `\n\n${whichDatabase}`,
        )
        .action(async (options: DeadOptions) => {
          finish(await (await commands()).listDead(host, options))
        }),
    )
}

const { standard, most } = limits.webhooks.listed
const limit = [
  '--limit <number>',
  `at most so many (at most ${most})`,
  upTo(most),
  standard,
] as const

const whichDatabase =
  'Uses DATABASE_DIRECT_URL (the role connections_worker); without it, the running dev stack.\nA time is 2026-11-28T09:30:00Z, or how long ago: 30s, 90m, 2h, 7d.'

function common(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
}

const addId = (text: string, before: readonly string[] = []) => [...before, uuidFrom(text)]

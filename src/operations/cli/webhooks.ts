import { Command } from 'commander'
import { examples } from './examples.ts'
import { uuidFrom } from './identifiers.ts'
import type { BuildCommand } from './program.ts'
import type { AddOptions, RotateOptions, WebhookOptions } from './webhook-commands.ts'

const id = '0d5f5b0e-8a3c-4a51-9a54-0f6d0a3f1a01'
const misused = 'wrong command line, or no database was given'
const unknown = 'no endpoint has this id'

/** `webhooks`: the endpoints that events are delivered to. */
export const webhooksCommand: BuildCommand = (host, finish) => {
  const commands = () => import('./webhook-commands.ts')
  return new Command('webhooks')
    .description(
      'Manage the endpoints that events are delivered to. Guide: docs/guides/webhooks.md.',
    )
    .addHelpText(
      'after',
      examples(['webhooks add https://chat.example.com/events', 'webhooks list'], {
        0: 'done',
        1: 'refused or failed; the output says why',
        2: misused,
      }) + `\n\n${whichDatabase}`,
    )
    .addCommand(
      common(new Command('add'))
        .description('Add an endpoint, and print its id and its secret.')
        .argument(
          '<url>',
          'https://…, at a public address and port 443; in development also http:// on this machine',
        )
        .option('--kinds <kinds>', 'the kinds of events, comma separated (default: all)')
        .option(...secretFile)
        .addHelpText(
          'after',
          examples(
            [
              'webhooks add https://chat.example.com/events',
              'webhooks add https://chat.example.com/events --kinds block.changed --json',
              'webhooks add http://127.0.0.1:4020/events --secret-file secret.txt',
            ],
            {
              0: 'added; events from now on are delivered',
              1: 'refused: the URL, a kind or the secret cannot be used, or the database failed',
              2: misused,
            },
          ) +
            '\n\nThe secret is printed only here. With --json: { id, url, secret }; a secret that you brought is not printed again (null).\nPrivate and local addresses need WEBHOOK_ALLOWED_ADDRESSES; outside of production, this machine is allowed.\n' +
            whichDatabase,
        )
        .action(async (url: string, options: AddOptions) => {
          finish(await (await commands()).addWebhook(host, url, options))
        }),
    )
    .addCommand(
      common(new Command('list'))
        .description(
          'List all endpoints, whether they are enabled, and if not, why and since when.',
        )
        .addHelpText(
          'after',
          examples(['webhooks list', 'webhooks list --json'], {
            0: 'printed',
            1: 'the database failed',
            2: misused,
          }) + `\n\n${whichDatabase}`,
        )
        .action(async (options: WebhookOptions) => {
          finish(await (await commands()).listWebhooks(host, options))
        }),
    )
    .addCommand(
      ofOne(new Command('disable'))
        .description('Send nothing to an endpoint any more.')
        .addHelpText(
          'after',
          examples([`webhooks disable ${id}`], { 0: 'disabled', 1: unknown, 2: misused }) +
            '\n\nEvents that happen meanwhile are not sent later. To send them, run `events replay --endpoint <id> --since <time>` after `enable`.\n' +
            whichDatabase,
        )
        .action(async (endpoint: string, options: WebhookOptions) => {
          finish(await (await commands()).disableWebhook(host, endpoint, options))
        }),
    )
    .addCommand(
      ofOne(new Command('enable'))
        .description('Send to an endpoint again, and forget that deliveries failed.')
        .addHelpText(
          'after',
          examples([`webhooks enable ${id}`], { 0: 'enabled', 1: unknown, 2: misused }) +
            `\n\n${whichDatabase}`,
        )
        .action(async (endpoint: string, options: WebhookOptions) => {
          finish(await (await commands()).enableWebhook(host, endpoint, options))
        }),
    )
    .addCommand(
      ofOne(new Command('rotate'))
        .description(
          'Give an endpoint a new secret, and print it. The old one is valid for 24 hours.',
        )
        .option('--revoke-old', 'stop signing with old secrets now: for a secret that leaked')
        .option(...secretFile)
        .addHelpText(
          'after',
          examples([`webhooks rotate ${id}`, `webhooks rotate ${id} --revoke-old --json`], {
            0: 'changed',
            1: `${unknown}, the secret cannot be used, or two secrets are valid already`,
            2: misused,
          }) +
            '\n\nFor 24 hours every delivery has two signatures, so the consumer can change the secret at any time. Until then a second rotation needs --revoke-old.\n' +
            whichDatabase,
        )
        .action(async (endpoint: string, options: RotateOptions) => {
          finish(await (await commands()).rotateWebhook(host, endpoint, options))
        }),
    )
    .addCommand(
      ofOne(new Command('remove'))
        .description('Remove an endpoint, with the record of its deliveries.')
        .addHelpText(
          'after',
          examples([`webhooks remove ${id}`], { 0: 'removed', 1: unknown, 2: misused }) +
            `\n\n${whichDatabase}`,
        )
        .action(async (endpoint: string, options: WebhookOptions) => {
          finish(await (await commands()).removeWebhook(host, endpoint, options))
        }),
    )
    .addCommand(
      ofOne(new Command('test'))
        .description('Send a signed `ping` to an endpoint now, and say what came back.')
        .addHelpText(
          'after',
          examples([`webhooks test ${id}`, `webhooks test ${id} --json`], {
            0: 'delivered: the answer has a status from 200 to 299',
            1: `not delivered, or ${unknown}`,
            2: misused,
          }) +
            '\n\nA ping has the id, time, signature and envelope of an event. It is sent once, to disabled endpoints too, and not recorded.\n' +
            whichDatabase,
        )
        .action(async (endpoint: string, options: WebhookOptions) => {
          finish(await (await commands()).testWebhook(host, endpoint, options))
        }),
    )
}

const secretFile = [
  '--secret-file <file>',
  'a file with a secret of your own, whsec_… (24 to 64 bytes in base64); - reads standard input',
] as const

const whichDatabase =
  'Uses DATABASE_DIRECT_URL (the role connections_worker); without it, the running dev stack.'

function common(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option(
      '--data <directory>',
      'the dev stack whose database is used (default: .dev in the checkout)',
    )
}

const ofOne = (command: Command) => common(command).argument('<id>', 'of the endpoint', uuidFrom)

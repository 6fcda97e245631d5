import { Command } from 'commander'
import { examples } from './examples.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `token`: signs in to the dev stack as somebody. */
export const tokenCommand: BuildCommand = (host, finish) =>
  new Command('token')
    .description('Print a token of the running dev stack for each person, one per line.')
    .argument(
      '[people...]',
      'demo people (alice, bob … trent) or UUIDs; any UUID signs in as a new person',
    )
    .option('--service', 'also print a service token (scope connections:service, no person)')
    .option('--json', 'print a JSON array of { subject, token }')
    .option('--data <directory>', 'which dev stack (default: .dev in the checkout)')
    .addHelpText(
      'after',
      examples(
        [
          'token alice',
          'token alice bob',
          'token --service',
          'token 5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f',
        ],
        {
          0: 'printed',
          1: 'no dev stack is running, or it does not know the person',
          2: 'no person was given',
        },
      ) +
        '\n\nTokens are valid for 12 hours. They survive a restart of the dev stack, but not a reset.',
    )
    .action(async (people: string[], options: TokenOptions, command: Command) => {
      if (people.length === 0 && options.service !== true)
        command.error('error: give a person, or pass --service')
      finish(await printTokens(host, people, options))
    })

interface TokenOptions {
  readonly service?: true
  readonly json?: true
  readonly data?: string
}

async function printTokens(
  host: Host,
  people: string[],
  { service, json, data }: TokenOptions,
): Promise<ExitCode> {
  const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
  const accounts = (await runningStack(dataDirectoryFrom(data)))?.places?.accountsUrl
  if (accounts === undefined) {
    host.complain('No dev stack is running here, or it is not ready yet.\nFix: npm start')
    return exitCodes.failed
  }
  const requests = [
    ...people.map((subject) => ({ subject })),
    ...(service === true ? [{ service }] : []),
  ]
  const answers = await Promise.all(requests.map((request) => askToken(accounts, request)))
  const unknown = answers.filter((answer) => answer.token === undefined)
  for (const { subject, message } of unknown) host.complain(`${subject}: ${message ?? 'no token'}`)
  if (unknown.length > 0) return exitCodes.failed
  if (json === true) host.print(JSON.stringify(answers))
  else for (const { token } of answers) host.print(token ?? '')
  return exitCodes.done
}

interface TokenAnswer {
  readonly subject: string
  readonly token?: string
  readonly message?: string
}

async function askToken(
  accounts: string,
  request: { subject: string } | { service: true },
): Promise<TokenAnswer> {
  const response = await fetch(`${accounts}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  const answer = (await response.json()) as { token?: string; message?: string }
  return { subject: 'subject' in request ? request.subject : 'service', ...answer }
}

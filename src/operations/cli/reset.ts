import { Command } from 'commander'
import { examples } from './examples.ts'
import type { BuildCommand } from './program.ts'

/** `reset`: the dev world as if it had never been started. */
export const resetCommand: BuildCommand = (host) =>
  new Command('reset')
    .description(
      "Empty the dev world: its database and its issuer's key. The next start makes them anew.",
    )
    .option('--data <directory>', 'the dev world that is meant (default: .dev in the checkout)')
    .option('--json', 'answer as JSON: { emptied }')
    .addHelpText(
      'after',
      examples(['reset', 'reset --data /tmp/second-world'], {
        0: 'emptied, or there was nothing',
        1: 'refused: the dev world is running',
        2: 'unknown option',
      }),
    )
    .action(async ({ data, json }: ResetOptions) => {
      const [{ resetWorld }, { dataDirectoryFrom }] = await Promise.all([
        import('../../dev/reset.ts'),
        import('../../dev/stack-file.ts'),
      ])
      const dataDirectory = dataDirectoryFrom(data)
      await resetWorld(dataDirectory, host.pid)
      host.print(
        json === true ? JSON.stringify({ emptied: dataDirectory }) : `Emptied ${dataDirectory}.`,
      )
    })

interface ResetOptions {
  readonly data?: string
  readonly json?: true
}

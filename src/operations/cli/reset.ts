import { Command } from 'commander'
import { examples } from './examples.ts'
import { exitCodes } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `reset`: the dev stack as if it had never been started. */
export const resetCommand: BuildCommand = (host, finish) =>
  new Command('reset')
    .description(
      "Delete the dev stack's database and its signing key. The next start creates them again.",
    )
    .option('--yes', 'delete without asking')
    .option('--data <directory>', 'which dev stack (default: .dev in the checkout)')
    .option('--json', 'print JSON: { emptied }, null if there was nothing to delete')
    .addHelpText(
      'after',
      examples(['reset', 'reset --yes --data /tmp/second-stack'], {
        0: 'deleted, or there was nothing to delete',
        1: 'refused: the dev stack is running, the folder is not its own, or the answer was no',
        2: 'unknown option, or no --yes without a terminal',
      }),
    )
    .action(async ({ data, json, yes }: ResetOptions) => {
      const [{ resetStack }, { hasStack }, { dataDirectoryFrom, refuseRunning }] =
        await Promise.all([
          import('../../dev/reset.ts'),
          import('../../dev/stack-folder.ts'),
          import('../../dev/stack-file.ts'),
        ])
      const dataDirectory = dataDirectoryFrom(data)
      await refuseRunning(dataDirectory)
      if ((await hasStack(dataDirectory)) && yes !== true) {
        const question = `Delete the database and the key of the dev stack in ${dataDirectory}?`
        if (host.confirm === null) {
          host.complain(`${question}\nFix: pass --yes (no terminal to ask on).`)
          finish(exitCodes.misused)
          return
        }
        if (!(await host.confirm(question))) {
          host.complain('Nothing was deleted.')
          finish(exitCodes.failed)
          return
        }
      }
      const wasThere = await resetStack(dataDirectory, host.pid)
      host.print(
        json === true
          ? JSON.stringify({ emptied: wasThere ? dataDirectory : null })
          : wasThere
            ? `Emptied ${dataDirectory}.`
            : `Nothing to delete in ${dataDirectory}.`,
      )
    })

interface ResetOptions {
  readonly data?: string
  readonly json?: true
  readonly yes?: true
}

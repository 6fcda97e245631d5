import { Command, CommanderError } from 'commander'
import { readEnvironment } from '../../config/environment.ts'
import { contactsCommand } from './contacts.ts'
import { devCommand } from './dev.ts'
import { doctorCommand } from './doctor.ts'
import { eventsCommand } from './events.ts'
import { codesOfAll, examples } from './examples.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { insightsCommand } from './insights.ts'
import { migrateCommand } from './migrate.ts'
import { pairCommand } from './pair.ts'
import { explain } from './problems.ts'
import { resetCommand } from './reset.ts'
import { schemaCommand } from './schema.ts'
import { serveCommand } from './serve.ts'
import { statusCommand } from './status.ts'
import { suggestionsCommand } from './suggestions.ts'
import { tokenCommand } from './token.ts'
import { usersCommand } from './users.ts'
import { webhooksCommand } from './webhooks.ts'
import { workerCommand } from './worker.ts'

/**
 * Runs one command and answers with its exit code. Each command loads its own code when it is run,
 * so that `token` starts fast and `serve` never sees the dev stack.
 */
export async function runCommand(words: readonly string[], given: Host): Promise<ExitCode> {
  const host = { ...given, env: readEnvironment(given.env) }
  let code: ExitCode = exitCodes.done
  const finish = (result: ExitCode): void => {
    code = result
  }
  const program = new Command('connections')
    .description('GraphQL subgraph for relationships between users, and its tools.')
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        host.print(text.trimEnd())
      },
      writeErr: (text) => {
        host.complain(text.trimEnd())
      },
    })
  const commands = [
    devCommand,
    serveCommand,
    workerCommand,
    migrateCommand,
    schemaCommand,
    contactsCommand,
    usersCommand,
    pairCommand,
    webhooksCommand,
    eventsCommand,
    insightsCommand,
    suggestionsCommand,
    tokenCommand,
    doctorCommand,
    statusCommand,
    resetCommand,
  ]
  for (const build of commands) {
    const command = build(host, finish)
    inherit(command, program)
    program.addCommand(command)
  }
  program.addHelpText(
    'after',
    examples(
      ['dev', 'token alice', 'status --json', 'doctor', 'contacts import --help'],
      codesOfAll,
    ) + '\n\nEvery command explains itself with --help and prints JSON with --json.',
  )
  try {
    await program.parseAsync(words, { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed already, and calls a request for help an error too.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.misused
    return explain(error, host)
  }
}

/** Commands below commands print and fail as the others do. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from)
  for (const below of command.commands) inherit(below, command)
}

/** What each command's file exports: the command, which tells its exit code to `finish`. */
export type BuildCommand = (host: Host, finish: (code: ExitCode) => void) => Command

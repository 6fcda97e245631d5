import { GraphQLError } from 'graphql'
import { type ExitCode, type Host, exitCodes } from './host.ts'

/** Errors whose message is written for whoever typed the command. Known by name: their classes belong to code that is not always loaded. */
const written = [
  'Trouble',
  'MigrationRefused',
  'MigrationFailed',
  'SchemaConnectorError',
  'ImportRefused',
]

/** Prints why a command failed, without a stack where the message says it all, and answers with the exit code. */
export function explain(thrown: unknown, host: Host): ExitCode {
  // What a client of the service may try again is an outage here, and the reason of it is what helps.
  const error = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown
  if (!(error instanceof Error)) {
    host.complain(String(error))
    return exitCodes.failed
  }
  if (error.name === 'ConfigError') {
    host.complain(error.message)
    return exitCodes.misused
  }
  // The system's, Postgres' and Prisma's errors have a code and say what they mean; anything else is a mistake of ours.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  if (written.includes(error.name)) host.complain(error.message)
  else if (code !== null) host.complain(`${error.message} (${code})`)
  else host.complain(error.stack ?? error.message)
  return exitCodes.failed
}

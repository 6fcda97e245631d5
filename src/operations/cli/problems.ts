import { GraphQLError } from 'graphql'
import { isPasswordMissing } from '../../database/client.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'

/**
 * Prints why a command failed, without a stack where the message says it all, and answers with the
 * exit code.
 */
export function explain(thrown: unknown, host: Host): ExitCode {
  // What a client of the service may try again is an outage here, and the reason of it is what
  // helps.
  const error = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown
  if (!(error instanceof Error)) {
    host.complain(String(error))
    return exitCodes.failed
  }
  if (error instanceof UserFacingError) {
    host.complain(error.message)
    return error.isMisuse ? exitCodes.misused : exitCodes.failed
  }
  // The system's, Postgres' and Prisma's errors have a code and say what they mean; anything else
  // is a mistake of ours.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  // Prisma's engine has a code too, which says nothing, and is not always loaded.
  if (error.name === 'SchemaConnectorError') host.complain(error.message)
  else if (isPasswordMissing(error))
    host.complain('Postgres requires a password, and the URL of the database has none.')
  else if (code !== null) host.complain(`${error.message} (${code})`)
  else host.complain(error.stack ?? error.message)
  return exitCodes.failed
}

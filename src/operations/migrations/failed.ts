import { UserFacingError } from '../../user-facing-error.ts'

/**
 * The engine tells where in its own code an error passed; whoever migrates needs the migration and
 * what Postgres said.
 */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const migration = /migration_name="([^"]*)"/.exec(error.message)?.[1]
  if (migration === undefined) return error
  const words = error.message
    .replace(/\n +\d+: [^]*$/, '')
    .replace(/^external connector error\nError querying the database: /, '')
  return new UserFacingError(`${migration} failed:\n${words}`, { cause: error })
}

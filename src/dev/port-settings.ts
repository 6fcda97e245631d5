import { UserFacingError } from '../user-facing-error.ts'
import { choosePort } from './ports.ts'

/** What the developer has said about ports. */
export interface PortSettings {
  readonly env: Record<string, string | undefined>
  /** A busy port is an error, instead of a reason to take another one. */
  readonly strictPort: boolean
  /** Told when another one is taken. */
  readonly notice: (sentence: string) => void
}

/**
 * The port for one part of the stack: the one that its variable names, or the usual one; a free one
 * where that is taken.
 * @throws UserFacingError for a variable that is no port and, if `strictPort`, for a port that is
 * taken
 */
export async function choosePortOf(
  { env, strictPort, notice }: PortSettings,
  purpose: string,
  variable: string,
  usual: number,
  host?: string,
): Promise<number> {
  const wanted = portFrom(variable, env[variable], usual)
  const choice = await choosePort(purpose, wanted, strictPort, host)
  if (choice.notice !== undefined) notice(choice.notice)
  return choice.port
}

function portFrom(variable: string, text: string | undefined, usual: number): number {
  if (text === undefined || text === '') return usual
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new UserFacingError(`${variable} must be a port from 0 (any free port) to 65535.`)
}

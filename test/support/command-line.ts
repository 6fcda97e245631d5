import { versions } from 'node:process'
import type { ExitCode, Host } from '../../src/operations/cli/host.ts'
import { runCommand } from '../../src/operations/cli/program.ts'

export interface Ran {
  readonly code: ExitCode
  /** All of standard output. */
  readonly output: string
  /** All of standard error. */
  readonly errors: string
}

/**
 * Runs one command in this process, which nobody tells to end, with nothing in its environment but
 * `env`.
 * @param terminal what standard error is drawn on; none unless told
 * @param confirm who is asked; nobody unless told
 * @param input all of standard input
 */
export async function runHere(
  words: readonly string[],
  env: Host['env'] = {},
  terminal: Host['terminal'] = null,
  confirm: Host['confirm'] = null,
  input = '',
): Promise<Ran> {
  const [output, errors]: [string[], string[]] = [[], []]
  const code = await runCommand(words, {
    env,
    pid: 0,
    nodeVersion: versions.node,
    print: (line) => output.push(line),
    complain: (line) => errors.push(line),
    terminal,
    confirm,
    readInput: () => Promise.resolve(input),
    onEnd: () => undefined,
  })
  return { code, output: output.join('\n'), errors: errors.join('\n') }
}

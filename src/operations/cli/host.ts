import type { WriteStream } from 'node:tty'

/**
 * What the command line may know of the process it runs in. Only `main.ts` touches the process
 * itself.
 */
export interface Host {
  readonly env: Record<string, string | undefined>
  readonly pid: number
  /** Of Node, as `24.21.0`. */
  readonly nodeVersion: string
  /** One line on standard output. */
  readonly print: (line: string) => void
  /** One line on standard error. */
  readonly complain: (line: string) => void
  /**
   * Standard error, when it is a terminal that somebody looks at: for what is drawn over again.
   * Null otherwise.
   */
  readonly terminal: WriteStream | null
  /** Asks whoever sits at the terminal a question with yes or no; null where nobody does. */
  readonly confirm: ((question: string) => Promise<boolean>) | null
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>
  /** Calls back at each request to end: Ctrl-C, SIGTERM, a closed terminal. */
  readonly onEnd: (end: () => void) => void
}

/** The exit codes of every command. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** The command line or the environment is wrong; nothing was started. */
  misused: 2,
  /** `migrate --status` only: migrations are waiting to be applied. */
  pending: 3,
  /** `contacts verify` only: the two sides are not alike. */
  different: 4,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

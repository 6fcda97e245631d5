import { type ExitCode, exitCodes } from './host.ts'

/** The end of a command's `--help`: what one may type, and what the exit codes mean. */
export function examples(
  lines: readonly string[],
  codes: Readonly<Record<number, string>>,
): string {
  return [
    '',
    'Examples:',
    ...lines.map(
      (line) => `  $ ${line.includes('bin/connections') ? line : `npx connections ${line}`}`,
    ),
    '',
    'Exit codes:',
    ...Object.entries(codes).map(([code, meaning]) => `  ${code}  ${meaning}`),
  ].join('\n')
}

/** What an exit code means for every command; each says of itself which it has, and what for. */
export const codesOfAll: Readonly<Record<ExitCode, string>> = {
  [exitCodes.done]: 'done, or no errors',
  [exitCodes.failed]: 'failed or refused, or errors were found; the output says why',
  [exitCodes.misused]: 'wrong command line or environment; nothing was started',
  [exitCodes.pending]: '`migrate --status`: migrations are pending',
  [exitCodes.different]: '`contacts verify`: something differs',
}

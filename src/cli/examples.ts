/** The end of a command's `--help`: what one may type, and what the exit codes mean. */
export function examples(
  lines: readonly string[],
  codes: Readonly<Record<number, string>>,
): string {
  return [
    '',
    'Examples:',
    ...lines.map((line) => `  $ npm run connections -- ${line}`),
    '',
    'Exit codes:',
    ...Object.entries(codes).map(([code, meaning]) => `  ${code}  ${meaning}`),
  ].join('\n')
}

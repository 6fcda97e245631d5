import { type Found, kindsOf } from './prove.ts'

/**
 * The figures of a run.
 * @param unexpected errors of resolvers that nobody meant: alike on both sides, and wrong on both
 */
export function printFound(found: Found, unexpected: number, seconds: number): string {
  const { documents, mutations, queries, outcomes, tolerated, failures } = found
  return [
    `${String(documents)} documents in ${seconds.toFixed(0)} s, ${String(mutations)} of them mutations`,
    `answered: ${list(Object.entries(outcomes))}`,
    `accepted queries: ${list(Object.entries(queries))}`,
    `tolerated: ${list([...tolerated]) || 'nothing'}`,
    `unexpected errors: ${String(unexpected)}`,
    `documents whose answers differ: ${String(failures.length)}`,
    ...kindsOf(failures).map(([kind, alike]) => `${String(alike.length).padStart(6)}  ${kind}`),
  ].join('\n')
}

function list(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([what, times]) => `${what} ${String(times)}`).join(', ')
}

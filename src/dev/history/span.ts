export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/**
 * How long the history is. Times in it are milliseconds from the beginning of its first day, so
 * they are negative for what was before.
 */
export interface Span {
  /** Days that are told, the last of them whole. */
  readonly days: number
  /** Days before them on which the first people came. */
  readonly before: number
  /** Where the last day ends. */
  readonly end: number
}

export function spanOf(days: number): Span {
  return { days, before: Math.round((days * 2) / 3), end: days * dayMs }
}

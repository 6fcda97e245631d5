import { type Rejection, rejections } from './contact-row.ts'

/** What the database says of a contact that was given to it. */
export type Outcome =
  | 'added'
  /**
   * It was there, by an earlier row or by its owner's hand, and gave or got an earlier or later
   * time.
   */
  | 'merged'
  | 'unchanged'
  /** It was imported once and is gone since, or its owner blocks the contact. */
  | 'removed'
  | 'unknown owner'
  | 'unknown contact'

/** Rows of the source, by what became of them. */
/**
 * `since2001` counts those with a time from 2001 on: without any, the source's times are hardly
 * milliseconds.
 */
export type Counts = Record<'read' | 'mended' | 'since2001' | Outcome | Rejection, number>

const names: readonly (keyof Counts)[] = [
  'read',
  'added',
  'merged',
  'unchanged',
  'removed',
  'mended',
  'since2001',
  ...rejections,
]

/** Nothing read yet. */
export function noCounts(): Counts {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counts
}

export function isRejection(outcome: Outcome | Rejection): outcome is Rejection {
  return (rejections as readonly string[]).includes(outcome)
}

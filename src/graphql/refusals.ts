/** The closed set of reasons to say no. */
export type RefusalCode =
  | 'SELF'
  | 'INVALID_INPUT'
  | 'UNAVAILABLE'
  | 'BLOCKED_BY_YOU'
  | 'NOT_FOUND'
  | 'NOT_FRIENDS'
  | 'REQUEST_CLOSED'
  | 'USERNAME_INVALID'
  | 'USERNAME_TAKEN'
  | 'LINK_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'LIMIT_REACHED'

/** An expected no, as a value: what the client reads in `userErrors`. */
export interface Refused {
  readonly kind: 'refused'
  readonly code: RefusalCode
  /** The argument that is to blame, as a path; null when none is. */
  readonly field: readonly string[] | null
  /** When asking again may help; null when it will not or is not known. */
  readonly retryAt: Date | null
}

/** Says no. Roll back whatever came before: a refused operation leaves nothing behind. */
export function refuse(
  code: RefusalCode,
  more: { field?: string[]; retryAt?: Date } = {},
): Refused {
  return { kind: 'refused', code, field: more.field ?? null, retryAt: more.retryAt ?? null }
}

/** Whether an operation said no. */
export function isRefused(result: unknown): result is Refused {
  return (
    typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'refused'
  )
}

/** One text a code: a message that varied would tell apart what must look alike (rule 0.4). */
export const refusalMessages: Readonly<Record<RefusalCode, string>> = {
  SELF: 'You cannot do this to yourself.',
  INVALID_INPUT: 'The input is not valid.',
  UNAVAILABLE: 'This person is not available.',
  BLOCKED_BY_YOU: 'You have blocked this person.',
  NOT_FOUND: 'There is no such thing.',
  NOT_FRIENDS: 'You are not friends.',
  REQUEST_CLOSED: 'This request is no longer open.',
  USERNAME_INVALID: 'This is not a valid username.',
  USERNAME_TAKEN: 'This username is taken.',
  LINK_UNAVAILABLE: 'This link is not available.',
  RATE_LIMITED: 'You are doing this too often.',
  LIMIT_REACHED: 'You have reached the limit.',
}

/** The closed set of reasons to say no. */
export const refusalCodes = [
  'SELF',
  'INVALID_INPUT',
  'UNAVAILABLE',
  'BLOCKED_BY_YOU',
  'NOT_FOUND',
  'NOT_FRIENDS',
  'REQUEST_CLOSED',
  'USERNAME_INVALID',
  'USERNAME_TAKEN',
  'LINK_UNAVAILABLE',
  'RATE_LIMITED',
  'LIMIT_REACHED',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

/** An expected no, as a value: what the client reads in `userErrors`. */
export interface Refused {
  readonly kind: 'refused'
  readonly code: RefusalCode
  /** In English, for the developer of the client. */
  readonly message: string
  /** The argument that is to blame, as a path; null when none is. */
  readonly field: readonly string[] | null
  /** When asking again may help; null when it will not or is not known. */
  readonly retryAt: Date | null
}

/**
 * One text a code, for codes with several causes that must look alike (rule 0.4): a text that
 * varied would tell them apart.
 */
const fixedMessages = {
  SELF: 'You cannot do this to yourself.',
  UNAVAILABLE: 'This person is not available.',
  BLOCKED_BY_YOU: 'You block this person.',
  NOT_FRIENDS: 'You and this person are not friends.',
  REQUEST_CLOSED: 'This request is no longer open.',
  USERNAME_TAKEN: 'This username is taken.',
  LINK_UNAVAILABLE: 'This link is not available.',
} as const satisfies Partial<Record<RefusalCode, string>>

type FixedCode = keyof typeof fixedMessages

/** Codes whose message says more: the limit, or what is wrong with the value. */
type ExplainedCode = Exclude<RefusalCode, FixedCode>

interface More {
  readonly field?: readonly string[]
  readonly retryAt?: Date | null
}

/** Says no. Roll back whatever came before: a refused operation leaves nothing behind. */
export function refuse(code: FixedCode, more: More = {}): Refused {
  return toRefused(code, fixedMessages[code], more)
}

/**
 * Says no with a message of its own.
 * @param message made of the arguments and of limits only, never of what another person has done
 */
export function refuseBecause(code: ExplainedCode, message: string, more: More = {}): Refused {
  return toRefused(code, message, more)
}

/**
 * Refuses an argument with INVALID_INPUT.
 * @param field the path of the argument, such as `['profile', 'bio']`
 * @param problem what is wrong with it, to stand behind its name: `is not a UUID.`
 * @param entry the index of the entry that is wrong, when the argument is a list
 */
export function refuseInput(field: readonly string[], problem: string, entry?: number): Refused {
  const name = `${field.join('.')}${entry === undefined ? '' : `[${entry}]`}`
  return refuseBecause('INVALID_INPUT', `\`${name}\` ${problem}`, { field })
}

/** Whether an operation said no. */
export function isRefused(result: unknown): result is Refused {
  return (
    typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'refused'
  )
}

function toRefused(code: RefusalCode, message: string, { field, retryAt }: More): Refused {
  return { kind: 'refused', code, message, field: field ?? null, retryAt: retryAt ?? null }
}

import { createHash, randomBytes } from 'node:crypto'

/** What opens a link, and what is kept of it. */
interface NewToken {
  /**
   * 43 characters of base64url: for its maker's eyes, once. Never written down here, never logged.
   */
  readonly token: string
  readonly hash: TokenHash
}

/** SHA-256 of a token, in hexadecimal: all that the database ever hears of it. */
export type TokenHash = string

/**
 * 256 random bits (rule 4.2): nobody guesses them, so a hash without salt is as good as one with.
 */
export function newToken(): NewToken {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: sha256(token) }
}

/**
 * The hash of what somebody sent as a token; null for what cannot be one, which nobody needs to
 * look for.
 */
export function parseToken(text: string): TokenHash | null {
  return /^[\w-]{43}$/.test(text) ? sha256(text) : null
}

function sha256(token: string): TokenHash {
  return createHash('sha256').update(token).digest('hex')
}

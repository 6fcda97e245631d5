import { fold } from '../../graphql/search-words.ts'
import { trimInvisible } from '../../graphql/texts.ts'
import { limits } from '../../limits.ts'
import { reservedFiles, reservedNames } from './reserved.ts'

const canonical = /^[a-z][a-z0-9._-]{2,31}$/

/**
 * A username as it is stored (rule 2.1): trimmed, in lower case. Null for what is no username.
 * Anything but ASCII is refused before it is folded, because there are letters outside of it whose
 * lower case is inside.
 */
export function parseUsername(text: string): string | null {
  const trimmed = trimInvisible(text)
  if (!/^[\x21-\x7e]*$/.test(trimmed)) return null
  const name = trimmed.toLowerCase()
  return canonical.test(name) ? name : null
}

/** Why `parseUsername` refuses a text: the first rule that it breaks. */
export function unfitUsername(text: string): string {
  const characters = Array.from(trimInvisible(text))
  const odd = characters.findIndex((character) => !/^[A-Za-z0-9._-]$/.test(character))
  if (odd >= 0)
    return `\`username\` may have only the letters a to z, digits, \`.\`, \`_\` and \`-\` (character ${odd + 1} is another).`
  if (characters.length < 3 || characters.length > 32)
    return `\`username\` must have 3 to 32 characters (got ${characters.length}).`
  return '`username` must begin with a letter.'
}

/** The same for looking up, where people write `@alice` too. */
export function parseMention(text: string): string | null {
  return parseUsername(trimInvisible(text).replace(/^@/, ''))
}

/**
 * Whether nobody may have a name (rule 2.4): with dots and dashes in it, it would still be read as
 * the same word.
 */
export function isReserved(name: string): boolean {
  return reservedFiles.test(name) || reservedNames.has(name.replace(/[._-]/g, ''))
}

/** Names like the one that was wished for, the likeliest first; some of them may be free. */
export function alternativesTo(wish: string): string[] {
  const letters = fold(wish).replace(/[^a-z0-9._-]/g, '')
  const stem = letters.replace(/^[^a-z]+/, '').slice(0, 24)
  if (stem === '') return []
  const endings = ['', '.1', '_1', '1', '2', '3', '7', '11', '42', '.the', '_real', '99', '2000']
  // A few that hardly anybody has, so that three are found for every name; the same ones for the
  // same wish.
  const rare = [3, 5, 7, 11].map((step) => String(((wish.length + 13) * step * 7919) % 10_000))
  return [...endings, ...rare]
    .flatMap((ending) => parseUsername(stem + ending) ?? [])
    .filter((name) => !isReserved(name))
}

/** What the availability of a name is (rule 2.5). */
export interface Availability {
  readonly available: boolean
  /** Null: available. */
  readonly code: 'USERNAME_INVALID' | 'USERNAME_TAKEN' | null
  readonly suggestions: string[]
}

/**
 * @param name null for what is no username
 * @param candidates alternatives, the likeliest first
 * @param free those of all these that could be claimed now
 */
export function judgeAvailability(
  name: string | null,
  candidates: readonly string[],
  free: ReadonlySet<string>,
): Availability {
  if (name !== null && free.has(name) && !isReserved(name))
    return { available: true, code: null, suggestions: [] }
  return {
    available: false,
    code: name === null ? 'USERNAME_INVALID' : 'USERNAME_TAKEN',
    suggestions: candidates
      .filter((candidate) => candidate !== name && free.has(candidate))
      .slice(0, limits.usernames.alternatives),
  }
}
